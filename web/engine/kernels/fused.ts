/** What a backend may do in one kernel (`fusedNames`); null where it does not, and the caller composes it. Callers own what comes back. */
import * as tf from '@tensorflow/tfjs-core';
import {
  fusedNames,
  type GainsAttributes,
  type PaletteLossAttributes,
  type SettleAttributes,
  type WeightAttributes,
} from './contract';
import { hasOwn, runOwn } from './index';

type Tensor4D = tf.Tensor4D;

/** A kernel keeps a row of four of so many channels in the memory of a workgroup. */
const mostChannels = 512;

/** The gradient with dy added, and terms that add up to the loss. */
export interface Fused {
  readonly gradient: Tensor4D;
  readonly loss: tf.Tensor1D;
}

function lossOf(kernelName: string, inputs: Record<string, tf.Tensor | null>, attributes: object): Fused | null {
  if (!hasOwn(kernelName)) return null;
  const [gradient, loss] = runOwn<[Tensor4D, tf.Tensor1D]>(kernelName, inputs, attributes);
  return { gradient, loss };
}

export const covarianceLoss = (
  inputs: { x: Tensor4D; goal: tf.Tensor1D; metric: tf.Tensor2D | null; dy: Tensor4D | null },
  attributes: WeightAttributes,
): Fused | null => (inputs.x.shape[3] > mostChannels ? null : lossOf(fusedNames.covarianceLoss, inputs, attributes));

export const paletteLoss = (
  inputs: { x: Tensor4D; directions: tf.Tensor2D; goal: tf.Tensor1D; dy: Tensor4D | null },
  attributes: PaletteLossAttributes,
): Fused | null => lossOf(fusedNames.paletteLoss, inputs, attributes);

export const squaresLoss = (
  inputs: Readonly<Record<'target' | 'weighed' | 'dy', Tensor4D | null>> & { x: Tensor4D; energy: tf.Scalar | null },
  attributes: WeightAttributes,
): Fused | null => lossOf(fusedNames.squaresLoss, inputs, attributes);

export const guidedLoss = (
  inputs: { x: Tensor4D; guide: tf.Tensor2D; dy: Tensor4D | null },
  attributes: WeightAttributes,
): Fused | null => lossOf(fusedNames.guidedLoss, inputs, attributes);

/** The sum of all numbers of all of them, which stay the caller's. */
export function totalOf(terms: readonly tf.Tensor[]): tf.Scalar {
  if (hasOwn(fusedNames.total)) return runOwn<tf.Scalar>(fusedNames.total, Object.fromEntries(terms.entries()), {});
  return tf.tidy(() => terms.reduce<tf.Scalar>((sum, term) => tf.add(sum, tf.sum(term)), tf.scalar(0)));
}

export const enlarge = (coarse: Tensor4D, fine: Tensor4D): Tensor4D | null =>
  hasOwn(fusedNames.enlarge) ? runOwn<Tensor4D>(fusedNames.enlarge, { coarse, fine }, {}) : null;

export function settle(
  inputs: { x: Tensor4D; step: Tensor4D; average: Tensor4D },
  attributes: SettleAttributes,
): { x: Tensor4D; average: Tensor4D } | null {
  if (!hasOwn(fusedNames.settle)) return null;
  const [x, average] = runOwn<[Tensor4D, Tensor4D]>(fusedNames.settle, inputs, attributes);
  return { x, average };
}

export const variance = (mean: tf.Tensor1D, product: tf.Tensor1D): tf.Tensor1D | null =>
  hasOwn(fusedNames.variance) ? runOwn<tf.Tensor1D>(fusedNames.variance, { mean, product }, {}) : null;

export function gains(
  inputs: Readonly<Record<'mean' | 'variance' | 'scale' | 'shift', tf.Tensor1D>>,
  attributes: GainsAttributes,
): { gain: tf.Tensor1D; offset: tf.Tensor1D } | null {
  if (!hasOwn(fusedNames.gains)) return null;
  const [gain, offset] = runOwn<[tf.Tensor1D, tf.Tensor1D]>(fusedNames.gains, inputs, attributes);
  return { gain, offset };
}

/** @param x goes over into what comes back */
export function stored<T extends tf.Tensor>(x: T): T {
  if (!hasOwn(fusedNames.stored)) return x;
  const result = runOwn<T>(fusedNames.stored, { x }, {});
  x.dispose();
  return result;
}
