/** The fast-style network as anyone would write it with TensorFlow.js: stock operations only, one style, no gradients. */
import * as tf from '@tensorflow/tfjs-core';
import { normalisationEpsilon } from '../../../web/engine/transformer/normalisation';
import type { Layout, StyleVector } from '../../../web/engine/transformer/parameters';
import type { Stage } from '../../../web/engine/transformer/stages';

type Tensor4D = tf.Tensor4D;

/** Uploads the weights; for instance norm and the two ways to resize. @returns `[1, H, W, 3]` to the same, a new tensor */
export function plainTransformer(
  { stages, filters }: Layout,
  values: Float32Array,
  { scale, shift }: StyleVector,
): (image: Tensor4D) => Tensor4D {
  let channel = 0;
  const layers = stages.map((stage, i) => {
    const [from, to] = [channel, channel + stage.channels[1]];
    channel = to;
    const { offset = 0, size = 0, shape = [] } = filters[i] ?? {};
    const filter = tf.tensor4d(values.slice(offset, offset + size), shape as [number, number, number, number]);
    return { stage, filter, scale: tf.tensor1d(scale.slice(from, to)), shift: tf.tensor1d(shift.slice(from, to)) };
  });
  return (image) =>
    tf.tidy(() => {
      let x = image;
      let kept = image;
      for (const { stage, filter, ...style } of layers) {
        if (stage.residual === 'open') kept = x;
        const convolved = convolve(stage, x, filter);
        const { mean, variance } = tf.moments(convolved, [1, 2]);
        let y = tf.div<Tensor4D>(tf.sub(convolved, mean), tf.sqrt(tf.add(variance, normalisationEpsilon)));
        y = tf.add(tf.mul(y, style.scale), style.shift);
        if (stage.residual === 'close') y = tf.add(y, kept);
        if (stage.activation === 'relu') y = tf.relu(y);
        x = stage.activation === 'sigmoid' ? tf.sigmoid(y) : y;
      }
      return x;
    });
}

function convolve(
  { up, stride, padding: { top, bottom, left, right } }: Stage,
  x: Tensor4D,
  filter: Tensor4D,
): Tensor4D {
  const twice: [number, number] = [2 * x.shape[1], 2 * x.shape[2]];
  const resized = () =>
    up === 'spline'
      ? smoothed(tf.image.resizeBilinear(x, twice, false, true))
      : tf.image.resizeNearestNeighbor(x, twice);
  const large = up === 'none' ? x : resized();
  const sides: [number, number][] = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  return tf.conv2d(tf.mirrorPad(large, sides, 'reflect'), filter, stride, 'valid');
}

/** By 1 2 1 both ways. */
function smoothed(x: Tensor4D): Tensor4D {
  const line = tf.tensor2d([0.25, 0.5, 0.25], [3, 1]);
  const square = tf.reshape(tf.mul(line, tf.transpose(line)), [3, 3, 1, 1]);
  return tf.depthwiseConv2d(x, tf.tile(square, [1, 1, x.shape[3], 1]) as Tensor4D, 1, 'same');
}
