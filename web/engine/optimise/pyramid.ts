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

/**
 * A new tensor, mean absolute value 1 (or 0 for a gradient of zeros).
 * @param gradient `[1, H, W, C]`, the caller's
 */
export function normaliseBands(gradient: Tensor4D, bands: number): Tensor4D {
  return tf.tidy(() => {
    const levels = [gradient];
    for (const finer of levels) {
      if (levels.length >= bands || Math.min(finer.shape[1], finer.shape[2]) < 2 * minSide) break;
      levels.push(tf.avgPool(finer, 2, 2, 'same'));
    }
    const sum = levels
      .map((level, k) => {
        const coarser = levels[k + 1];
        return evened(coarser ? tf.sub<Tensor4D>(level, enlarge(coarser, level.shape)) : level);
      })
      .reduceRight((coarse, fine) => tf.add<Tensor4D>(enlarge(coarse, fine.shape), fine));
    return tf.div<Tensor4D>(sum, tf.add(tf.mean(tf.abs(sum)), silence));
  });
}

const evened = (band: Tensor4D): Tensor4D => tf.div<Tensor4D>(band, tf.add(tf.sqrt(tf.mean(tf.square(band))), silence));

/** Height and width are twice the coarse ones, or one less. */
function enlarge(coarse: Tensor4D, [, height, width, channels]: Tensor4D['shape']): Tensor4D {
  const [, rows, columns] = coarse.shape;
  const twice = tf.image.resizeBilinear(coarse, [rows * 2, columns * 2], false, true);
  return tf.slice(twice, [0, 0, 0, 0], [1, height, width, channels]);
}
