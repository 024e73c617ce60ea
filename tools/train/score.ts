/**
 * `npm run train -- score`: how close one pass comes to the optimisation, on photos kept out of training, in the eyes of
 * a network that neither was made with (judge.ts).
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ReverieError } from '../../shared/errors';
import { sha256Hex, weightsHash } from '../../shared/hash';
import { parseRecipe } from '../../shared/recipe';
import { recipeVersion } from '../../shared/recipe/version';
import type { Recipe } from '../../shared/techniques';
import type { Engine, Pixels } from '../../web/engine/api';
import { fitLongSide, rasterOf, resizeToLongSide } from '../../web/engine/images/pictures';
import { median } from '../bench/report';
import { openEngine } from '../cli/engine';
import { manifestOf } from '../files';
import { readImage } from '../images';
import type { TeacherSpec } from '../weights/metric';
import { listPictures } from '../weights/pictures';
import { readStored } from '../weights/stored';
import {
  type Contestant,
  contestants,
  meanOf,
  openJudge,
  type Score,
  ScoreRecord,
  shareClosed,
  type Trial,
} from './judge';
import { heldOutOf, styleId } from './work';

export interface Scoring {
  readonly images: string;
  readonly paintings: readonly string[];
  readonly judge: TeacherSpec;
  readonly count: number;
  readonly size: number;
  /** Of the optimisation. */
  readonly steps: number;
  /** What was measured, to go on from. */
  readonly record: string;
}

export async function score(options: Scoring, print: (line: string) => void): Promise<void> {
  const { images, paintings, judge, count, size, steps } = options;
  const photos = heldOutOf(await listPictures(images)).slice(0, count);
  if (photos.length < count) {
    throw new ReverieError(
      'not-found',
      `${images} has ${photos.length} photos that are kept out of training, not ${count}.`,
    );
  }
  const engine = await openEngine('wasm');
  await engine.device();
  const compare = await openJudge(judge);
  const judged = { network: await fileHash(judge.from), taps: judge.taps };
  const record = await ScoreRecord.open(options.record);
  const trials: Trial[] = [];
  for (const [i, file] of photos.entries()) {
    const painting = paintings[i % paintings.length] ?? '';
    const photo = await readImage(file);
    const style = styleId(painting);
    const recipes: Record<Contestant, Recipe | null> = {
      photo: null,
      fast: parseRecipe({ technique: 'fast', version: recipeVersion, size, styles: [{ style }] }),
      optimised: parseRecipe({
        technique: 'style',
        version: recipeVersion,
        size,
        styles: [{ preset: style }],
        schedule: { minSize: size, firstSteps: steps, steps: 0 },
      }),
    };
    const seen = { photo: await fileHash(file), painting: await fileHash(painting), size, judged };
    const { width, height } = fitLongSide(photo.width, photo.height, size);
    const trial: Partial<Record<Contestant, Score>> = {};
    for (const name of contestants) {
      const recipe = recipes[name];
      const made = recipe && { recipe, weights: await hashOf(recipe.network) };
      trial[name] = await record.get({ name, ...seen, made }, async () => {
        const result = rasterOf(recipe ? await run(engine, recipe, photo) : photo);
        const target = resizeToLongSide(rasterOf(await readImage(painting)), size);
        return compare(
          resizeToLongSide(result, Math.max(width, height)),
          target,
          resizeToLongSide(rasterOf(photo), size),
        );
      });
    }
    const done = trial as Trial;
    trials.push(done);
    const all = contestants.map((name) => `${name} ${describe(done[name])}`);
    print(`${i + 1} of ${photos.length}, ${path.basename(file)}, ${style}: ${all.join('; ')}`);
  }
  await engine.dispose();
  report(trials, steps, print);
}

function report(trials: readonly Trial[], steps: number, print: (line: string) => void): void {
  print(`mean of ${trials.length}, relative distances:`);
  for (const name of contestants) {
    print(`${name}: ${describe({ style: meanOf(trials, name, 'style'), content: meanOf(trials, name, 'content') })}`);
  }
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
  const each = trials.map((trial) => shareClosed([trial]));
  print(
    `one pass closes ${percent(shareClosed(trials))} of the distance in style between photo and ${steps} steps ` +
      `(photo by photo: median ${percent(median(each))}, least ${percent(Math.min(...each))})`,
  );
}

const describe = ({ style, content }: Score): string => `style ${style.toFixed(3)}, content ${content.toFixed(3)}`;

const fileHash = async (file: string): Promise<string> => sha256Hex(new Uint8Array(await readFile(file)));

const hashes = new Map<string, Promise<string>>();

/** Of a network's weights as they lie in this checkout. */
function hashOf(network: string): Promise<string> {
  const held = hashes.get(network);
  if (held) return held;
  const hash = readStored(manifestOf(network)).then((stored) => weightsHash(stored.manifest));
  hashes.set(network, hash);
  return hash;
}

async function run(engine: Engine, recipe: Recipe, content: Pixels): Promise<Pixels> {
  return (await engine.run({ recipe, inputs: { content } }).result).pixels;
}
