/** Coarse to fine: large shapes are settled where they are cheap, detail is added where it is seen. */
import * as tf from '@tensorflow/tfjs-core';

/**
 * Long sides in pixels, ascending by about √2, the last one `end`; the first is at least `start` (or `end` itself
 * when that is smaller). Evenly spaced in the logarithm, so that no step is much smaller than the others.
 */
export function pyramidSizes(start: number, end: number): number[] {
  if (end <= start) return [end];
  const steps = Math.max(1, Math.round(Math.log(end / start) / Math.log(Math.SQRT2)));
  return Array.from({ length: steps + 1 }, (_, i) => Math.round(start * (end / start) ** (i / steps)));
}

// Gradient normalised band by band, as in the original DeepDream notebook (`lap_normalize`): split into octaves of
// frequency, each brought to the same strength. A raw gradient is mostly fine noise; so evened out, shapes of every
// size grow alike.

type Tensor4D = tf.Tensor4D;

/** Strength below which a band counts as silent, and stays so. */
const silence = 1e-12;
/** A band with a shorter side than this says nothing any more. */
const minSide = 4;

/** How strong a gradient is: each of its bands, finest first, and what they add up to once they are evened out. */
export interface BandStrengths {
  readonly bands: readonly number[];
  readonly sum: number;
}

/**
 * A new tensor, mean absolute value 1 (or 0 for a gradient of zeros).
 * @param gradient `[1, H, W, C]`, the caller's
 * @param as strengths to be divided by; the gradient's own, if not said
 */
export function normaliseBands(gradient: Tensor4D, bands: number, as?: BandStrengths): Tensor4D {
  return tf.tidy(() => {
    const sum = splitBands(gradient, bands)
      .map((band, k) => tf.div<Tensor4D>(band, as ? (as.bands[k] ?? 0) + silence : tf.add(strengthOf(band), silence)))
      .reduceRight((coarse, fine) => tf.add<Tensor4D>(enlarge(coarse, fine.shape), fine));
    return tf.div<Tensor4D>(sum, as ? as.sum + silence : tf.add(tf.mean(tf.abs(sum)), silence));
  });
}

/** Waits for the device. */
export async function bandStrengths(gradient: Tensor4D, bands: number): Promise<BandStrengths> {
  const numbers = tf.tidy(() => {
    const split = splitBands(gradient, bands);
    const strengths = split.map(strengthOf);
    const sum = split
      .map((band, k) => tf.div<Tensor4D>(band, tf.add(strengths[k] as tf.Tensor, silence)))
      .reduceRight((coarse, fine) => tf.add<Tensor4D>(enlarge(coarse, fine.shape), fine));
    return tf.stack([...strengths, tf.mean(tf.abs(sum))]);
  });
  const values = [...(await numbers.data())];
  numbers.dispose();
  return { bands: values.slice(0, -1), sum: values[values.length - 1] ?? 0 };
}

/** Finest first; each but the last without what the next has. */
function splitBands(gradient: Tensor4D, bands: number): Tensor4D[] {
  const levels = [gradient];
  for (const finer of levels) {
    if (levels.length >= bands || Math.min(finer.shape[1], finer.shape[2]) < 2 * minSide) break;
    levels.push(tf.avgPool(finer, 2, 2, 'same'));
  }
  return levels.map((level, k) => {
    const coarser = levels[k + 1];
    return coarser ? tf.sub<Tensor4D>(level, enlarge(coarser, level.shape)) : level;
  });
}

const strengthOf = (band: Tensor4D): tf.Tensor => tf.sqrt(tf.mean(tf.square(band)));

/** Height and width are twice the coarse ones, or one less. */
function enlarge(coarse: Tensor4D, [, height, width, channels]: Tensor4D['shape']): Tensor4D {
  const [, rows, columns] = coarse.shape;
  const twice = tf.image.resizeBilinear(coarse, [rows * 2, columns * 2], false, true);
  return tf.slice(twice, [0, 0, 0, 0], [1, height, width, channels]);
}
