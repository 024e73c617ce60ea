/**
 * One run of a technique: targets from the styles, the technique itself under a tensor scope, and the
 * record's recipe with everything filled in.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../shared/errors';
import { sha256Hex } from '../../../shared/hash';
import type { Preset, StyleStatistics } from '../../../shared/preset';
import { type Recipe, type StyleRecipe, stylesOf } from '../../../shared/recipe';
import type { Pixels, RunRequest } from '../api';
import type { Network } from '../network/network';
import type { StyleTargets } from '../techniques/style/targets';
import type { Technique, TechniqueResult } from '../techniques/technique';
import type { LoadedStyle } from './loading';
import { asComputeError } from './memory';
import type { HostRunControl } from './runControl';
import { halveTo } from './shrink';

/** How long a technique whose device was lost may take to notice, milliseconds. */
const lostGraceMs = 2_000;

export interface RunParts {
  targetsFromPreset(preset: Preset, statistics: StyleStatistics, blob: ArrayBuffer): StyleTargets;
  targetsFromImage(pixels: Pixels): StyleTargets;
}

export interface TechniqueRun {
  readonly technique: Technique;
  readonly recipe: Recipe;
  readonly network: Network;
  readonly inputs: RunRequest['inputs'];
  readonly styles: readonly LoadedStyle[];
  readonly control: HostRunControl;
  readonly trim: () => void;
  /** Rejects when the device is lost. */
  readonly lost: Promise<never>;
}

/**
 * Every tensor that is made on the way and not freed is freed at the end, whatever the end is.
 * @throws ReverieError `aborted` when cancelled before there was an image; what the technique throws.
 */
export async function runTechnique(parts: RunParts, run: TechniqueRun): Promise<TechniqueResult> {
  const { technique, recipe, network, inputs, control, trim, lost } = run;
  tf.engine().startScope('run');
  try {
    const { length } = run.styles;
    control.report({ phase: 'style', step: 0, steps: length });
    const styles = run.styles.map((style) =>
      'pixels' in style
        ? parts.targetsFromImage(halveTo(style.pixels, recipe.size * styleScaleOf(recipe)))
        : parts.targetsFromPreset(style.preset, style.statistics, style.blob),
    );
    const running = technique.run({
      ...{ recipe, network, styles, control, trim },
      ...{ content: inputs.content, masks: masksByStyle(recipe, inputs), start: inputs.start, guide: inputs.guide },
      ...{ learned: inputs.learned },
    });
    const result = await untilLost(running, lost);
    // The last step may have gone wrong after the technique last asked.
    control.throwIfFailed();
    // Nothing was painted yet: what came back is only where it would have started.
    if (!result.complete && result.steps === 0)
      throw new ReverieError('aborted', 'Cancelled before there was an image.');
    if (result.losses.some(({ loss }) => !Number.isFinite(loss))) {
      throw new ReverieError(
        'numeric-failure',
        'The picture is not a number any more. Try a smaller size or strength.',
      );
    }
    return result;
  } catch (cause) {
    // A device that dies mid-read fails the read first; the loss itself is the better reason.
    throw await lostReason(lost, asComputeError(cause));
  } finally {
    tf.engine().endScope();
  }
}

const styleScaleOf = (recipe: Recipe): number => (recipe.technique === 'style' ? recipe.styleScale : 1);

function masksByStyle(recipe: Recipe, { masks = [] }: RunRequest['inputs']): (Pixels | null)[] {
  const next = masks.values();
  return stylesOf(recipe).map(({ mask }) => (mask === undefined ? null : (next.next().value ?? null)));
}

/** The recipe as the record keeps it: with the hashes of what the run was made of, the photo at run size. */
export async function fillIn(recipe: Recipe, inputs: RunRequest['inputs'], weights: string): Promise<Recipe> {
  const content = inputs.content && (await pixelsHash(inputs.content));
  const made = { ...recipe, weights, content };
  if (made.technique === 'dream' && inputs.guide) return { ...made, guide: await pixelsHash(inputs.guide) };
  if (made.technique !== 'style') return made;
  const images = (inputs.styles ?? []).values();
  const masks = (inputs.masks ?? []).values();
  const styles: StyleRecipe['styles'] = [];
  for (const source of made.styles) {
    const mask = source.mask === undefined ? undefined : masks.next().value;
    const masked = mask ? { ...source, mask: await pixelsHash(mask) } : source;
    const image = 'image' in masked ? images.next().value : undefined;
    styles.push('image' in masked && image ? { ...masked, image: await pixelsHash(image) } : masked);
  }
  return { ...made, styles, ...(inputs.start ? { startImage: await pixelsHash(inputs.start) } : {}) };
}

/** SHA-256 of an image: its width and height as 32-bit little-endian numbers, then its RGBA bytes. */
export function pixelsHash({ width, height, data }: Pixels): Promise<string> {
  const bytes = new Uint8Array(8 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, width, true);
  view.setUint32(4, height, true);
  bytes.set(data, 8);
  return sha256Hex(bytes);
}

/** Settles as `running` does, or rejects when the device is lost and `running` has had time to notice. */
export function untilLost<T>(running: Promise<T>, lost: Promise<never>): Promise<T> {
  return Promise.race([running, lost]).catch(async (cause: unknown) => {
    await settledWithin(running, lostGraceMs);
    throw cause;
  });
}

async function settledWithin(promise: Promise<unknown>, ms: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise.then(noop, noop), timeout]);
  clearTimeout(timer);
}

/** `error`, unless the device was lost: reads in flight may reject a moment before the loss is announced. */
async function lostReason(lost: Promise<never>, error: ReverieError): Promise<ReverieError> {
  if (error.code !== 'internal') return error;
  const soon = new Promise<ReverieError>((resolve) => setTimeout(() => resolve(error), 50));
  return Promise.race([lost.catch((cause: unknown) => ReverieError.from(cause, 'device-lost')), soon]);
}

function noop(): void {}
