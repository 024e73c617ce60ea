/**
 * Total variation of the picture itself: the nine-point form of crowsonkb/style-transfer-pytorch, mean squared
 * differences of neighbours to the right, below and on both diagonals, borders replicated (so they count 0).
 * L = weight · 2 · (mean dx²/3 + mean dy²/3 + mean d↘²/12 + mean d↙²/12).
 */
import * as tf from '@tensorflow/tfjs-core';

type Tensor4D = tf.Tensor4D;

/** Offsets (rows, columns) of a neighbour and its share of the sum. */
const neighbours = [
  { dy: 0, dx: 1, share: 2 / 3 },
  { dy: 1, dx: 0, share: 2 / 3 },
  { dy: 1, dx: 1, share: 1 / 6 },
  { dy: 1, dx: -1, share: 1 / 6 },
] as const;

/**
 * Adds the gradient at the pixels to `gradient`.
 * @param image `[1, H, W, C]`; both arguments stay the caller's
 * @param measure as in `Objective.gradient`
 */
export function addTotalVariation(
  image: Tensor4D,
  gradient: Tensor4D,
  weight: number,
  measure?: (loss: tf.Scalar) => void,
): Tensor4D {
  const [, height, width, channels] = image.shape;
  return tf.tidy(() => {
    let sum = gradient;
    for (const { dy, dx, share } of neighbours) {
      const left = Math.max(0, -dx);
      const right = Math.max(0, dx);
      const size: [number, number, number, number] = [1, height - dy, width - Math.abs(dx), channels];
      if (size[1] < 1 || size[2] < 1) continue;
      const difference = tf.sub<Tensor4D>(
        tf.slice(image, [0, dy, right, 0], size),
        tf.slice(image, [0, 0, left, 0], size),
      );
      const scale = (weight * share) / image.size;
      measure?.(tf.keep(tf.mul<tf.Scalar>(tf.sum(tf.square(difference)), scale)));
      const pull = tf.mul<Tensor4D>(difference, 2 * scale);
      const from: [number, number][] = [
        [0, 0],
        [dy, 0],
        [right, left],
        [0, 0],
      ];
      const to: [number, number][] = [
        [0, 0],
        [0, dy],
        [left, right],
        [0, 0],
      ];
      sum = tf.sub<Tensor4D>(
        tf.add(sum, tf.pad4d(pull, from as Parameters<typeof tf.pad4d>[1])),
        tf.pad4d(pull, to as Parameters<typeof tf.pad4d>[1]),
      );
    }
    return sum === gradient ? tf.clone(gradient) : sum;
  });
}
