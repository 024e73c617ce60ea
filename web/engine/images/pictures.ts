/** Between pixels (8-bit RGBA, for people) and pictures (float RGB in 0..1, for networks). */
import * as tf from '@tensorflow/tfjs-core';
import type { Raster } from './resample';

export { clampUnit, fitLongSide, fitted, pixelsOf, rasterOf, resizeToLongSide } from './pixels';

/** `[1, H, W, C]` on the active backend. */
export const tensorOf = ({ width, height, channels, values }: Raster): tf.Tensor4D =>
  tf.tensor4d(values, [1, height, width, channels]);

/** Reads a `[1, H, W, C]` tensor back; waits for the device. */
export async function readRaster(tensor: tf.Tensor4D): Promise<Raster> {
  const [, height, width, channels] = tensor.shape;
  return { width, height, channels, values: (await tensor.data()) as Float32Array };
}
