/**
 * A network that no contestant was made with, as a judge: style is the distance of channel means and deviations from the
 * painting's, content the distance of features from the photo's, each relative to its target and averaged over taps.
 */

import { appendFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { sha256Hex } from '../../shared/hash';
import { tensorOf } from '../../web/engine/images/pictures';
import type { Raster } from '../../web/engine/images/resample';
import { Network } from '../../web/engine/network/network';
import { statisticsOf } from '../../web/engine/transformer/normalisation';
import { readTeacher, type TeacherSpec } from '../weights/metric';

type Judge = (result: Raster, painting: Raster, photo: Raster) => Promise<Score>;

/** On the active backend. @throws ReverieError as `readTeacher` */
export async function openJudge(spec: TeacherSpec): Promise<Judge> {
  const { architecture, parameters, taps } = await readTeacher(spec);
  const network = Network.create(architecture, parameters);
  return (result, painting, photo) => compare(network, taps, result, painting, photo);
}

async function compare(
  network: Network,
  taps: readonly string[],
  result: Raster,
  painting: Raster,
  photo: Raster,
): Promise<Score> {
  const scores = tf.tidy(() => {
    const features = [result, painting, photo].map((raster) => network.forward(tensorOf(raster), taps, 'features'));
    const [ofResult, ofPainting, ofPhoto] = features;
    const style: tf.Scalar[] = [];
    const content: tf.Scalar[] = [];
    for (const tap of taps) {
      if (!ofResult || !ofPainting || !ofPhoto) continue;
      const [own, target] = [ofResult, ofPainting].map((activations) => {
        const { mean, variance } = statisticsOf([activations.at(tap)]);
        return tf.concat([mean, tf.sqrt(variance)]);
      });
      if (own && target) style.push(relative(own, target));
      content.push(relative(ofResult.at(tap), ofPhoto.at(tap)));
    }
    return [tf.mean(tf.stack(style)), tf.mean(tf.stack(content))];
  });
  const [style = 0, content = 0] = await Promise.all(scores.map(async (value) => (await value.data())[0]));
  tf.dispose(scores);
  return { style, content };
}

const relative = (value: tf.Tensor, target: tf.Tensor): tf.Scalar =>
  tf.div<tf.Scalar>(tf.sum(tf.square(tf.sub(value, target))), tf.sum(tf.square(target)));

// Scores on disk, one line of JSON each, written as soon as it is known: a scoring that was stopped goes on where it was,
// and one after another training measures only what that changed.

export interface Score {
  readonly style: number;
  readonly content: number;
}

/** What is scored: the photo as it is, one pass of the network, and the optimisation. */
export const contestants = ['photo', 'fast', 'optimised'] as const;
export type Contestant = (typeof contestants)[number];

export type Trial = Readonly<Record<Contestant, Score>>;

export class ScoreRecord {
  private constructor(
    private readonly file: string,
    private readonly known: Map<string, Score>,
  ) {}

  static async open(file: string): Promise<ScoreRecord> {
    const text = await readFile(file, 'utf8').catch(() => '');
    const known = new Map<string, Score>();
    for (const line of text.split('\n')) {
      const entry = parseLine(line);
      if (entry) known.set(entry.key, entry.score);
    }
    await mkdir(path.dirname(file), { recursive: true });
    return new ScoreRecord(file, known);
  }

  /**
   * The score as it was measured before for the same `what`, else `measure`'s.
   * @param what everything that it depends on, as JSON has it
   */
  async get(what: object, measure: () => Promise<Score>): Promise<Score> {
    const key = await sha256Hex(new TextEncoder().encode(JSON.stringify(what)));
    const held = this.known.get(key);
    if (held) return held;
    const score = await measure();
    this.known.set(key, score);
    // A line that a crash cut short must not swallow the next.
    await appendFile(this.file, `\n${JSON.stringify({ key, ...score, what })}\n`);
    return score;
  }
}

function parseLine(line: string): { readonly key: string; readonly score: Score } | null {
  try {
    const { key, style, content } = JSON.parse(line) as { key: unknown; style: unknown; content: unknown };
    if (typeof key !== 'string' || typeof style !== 'number' || typeof content !== 'number') return null;
    return { key, score: { style, content } };
  } catch {
    return null;
  }
}

export const meanOf = (trials: readonly Trial[], contestant: Contestant, term: keyof Score): number =>
  trials.reduce((sum, trial) => sum + trial[contestant][term], 0) / trials.length;

/** How much of the way in style from the photos to the optimisation one pass goes: 1 is all of it. */
export function shareClosed(trials: readonly Trial[]): number {
  const style = (contestant: Contestant) => meanOf(trials, contestant, 'style');
  return (style('photo') - style('fast')) / (style('photo') - style('optimised'));
}
