/** What every pass through a fast-style network does at a stage, and the tensors that it has there. */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../shared/errors';
import type { Filter } from './convolution';
import { type ChannelStatistics, type ChannelStyle, normalise } from './normalisation';
import type { Stage } from './stages';

type Tensor4D = tf.Tensor4D;

/** Mean and variance at every stage, on the device: a picture's own, or those shared by its tiles. */
export type Statistics = readonly ChannelStatistics[];

export const disposeChannels = ({ mean, variance }: ChannelStatistics): void => tf.dispose([mean, variance]);

export const disposeStatistics = (statistics: Statistics): void => statistics.forEach(disposeChannels);

/** A picture as it is painted on (`canvasOf`), and its speckle where it has one: new tensors. */
export function unfold(canvas: Tensor4D): { readonly picture: Tensor4D; readonly speckle: Tensor4D | null } {
  if (canvas.shape[3] === 3) return { picture: tf.clone(canvas), speckle: null };
  const channels = (from: number, size: number) => tf.slice(canvas, [0, 0, 0, from], [-1, -1, -1, size]);
  return { picture: channels(0, 3), speckle: channels(3, 1) };
}

/**
 * From a stage's convolution to its output, a new tensor: normalised, a residual block's input added, activated.
 * @param consumes what the convolution gave may be overwritten; it is the caller's to free either way
 */
export function finish(
  { activation, residual }: Stage,
  convolved: Tensor4D,
  statistics: ChannelStatistics,
  style: ChannelStyle,
  kept: Tensor4D | null,
  consumes = false,
): Tensor4D {
  const after = { added: residual === 'close' ? kept : null, relu: activation === 'relu', consumes };
  const normal = normalise(convolved, statistics, style, after);
  if (activation !== 'sigmoid') return normal;
  const y = tf.sigmoid(normal);
  normal.dispose();
  return y;
}

export const disposeStyles = (styles: readonly ChannelStyle[]): void => {
  for (const { scale, shift } of styles) tf.dispose([scale, shift]);
};

/** Filter and style of a stage. */
export const partsAt = (stage: number, filters: readonly Filter[], styles: readonly ChannelStyle[]) => ({
  filter: one(filters, stage),
  style: one(styles, stage),
});

export function one<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new ReverieError('internal', `A batch has no picture ${index}.`);
  return value;
}
