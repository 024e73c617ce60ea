/** Enters our WGSL kernels into the TensorFlow.js kernel registry for the `webgpu` backend. */

import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import {
  type AdamAttributes,
  type ChannelAffineAttributes,
  type ConvGradAttributes,
  type FilterGradAttributes,
  type ForwardAttributes,
  fusedNames,
  type GainsAttributes,
  kernelNames,
  type PaletteLossAttributes,
  type PoolAttributes,
  type PoolGradAttributes,
  type SettleAttributes,
  type VariationAttributes,
  type WeightAttributes,
} from '../../kernels/contract';
import { adam } from './adam';
import { affine } from './affine';
import { channelAffine } from './channelAffine';
import { channelMoments } from './channelMoments';
import { conv2d } from './conv2d';
import { conv2dFilterGrad } from './conv2dFilterGrad';
import { conv2dInputGrad } from './conv2dInputGrad';
import { guidedLoss } from './guidedLoss';
import { stored } from './half';
import { covarianceLoss, paletteLoss } from './momentLoss';
import { moments } from './moments';
import { gains, variance } from './normalisation';
import { averagePool, averagePoolGrad, enlarge, settle, totalVariation } from './picture';
import { squaresLoss, total } from './squares';

type Call = { inputs: tf.NamedTensorInfoMap; backend: WebGPUBackend; attrs: unknown };

/** The registry types inputs as a plain map; the names are those of kernels/contract.ts. */
const named = <T>(inputs: tf.NamedTensorInfoMap): T => inputs as unknown as T;

const kernels: Record<string, (call: Call) => tf.TensorInfo | tf.TensorInfo[]> = {
  [kernelNames.conv2d]: ({ inputs, backend, attrs }) => conv2d(backend, named(inputs), attrs as ForwardAttributes),
  [kernelNames.conv2dInputGrad]: ({ inputs, backend, attrs }) =>
    conv2dInputGrad(backend, named(inputs), attrs as ConvGradAttributes),
  [kernelNames.conv2dFilterGrad]: ({ inputs, backend, attrs }) =>
    conv2dFilterGrad(backend, named(inputs), attrs as FilterGradAttributes),
  [kernelNames.moments]: ({ inputs, backend }) => moments(backend, named<{ x: tf.TensorInfo }>(inputs).x),
  [kernelNames.affine]: ({ inputs, backend }) => affine(backend, named(inputs)),
  [kernelNames.channelMoments]: ({ inputs, backend }) => channelMoments(backend, named(inputs)),
  [kernelNames.channelAffine]: ({ inputs, backend, attrs }) =>
    channelAffine(backend, named(inputs), attrs as ChannelAffineAttributes),
  [kernelNames.adam]: ({ inputs, backend, attrs }) => adam(backend, named(inputs), attrs as AdamAttributes),
  [kernelNames.averagePool]: ({ inputs, backend, attrs }) =>
    averagePool(backend, named(inputs), attrs as PoolAttributes),
  [kernelNames.averagePoolGrad]: ({ inputs, backend, attrs }) =>
    averagePoolGrad(backend, named(inputs), attrs as PoolGradAttributes),
  [kernelNames.totalVariation]: ({ inputs, backend, attrs }) =>
    totalVariation(backend, named(inputs), attrs as VariationAttributes),
  [fusedNames.covarianceLoss]: ({ inputs, backend, attrs }) =>
    covarianceLoss(backend, named(inputs), attrs as WeightAttributes),
  [fusedNames.paletteLoss]: ({ inputs, backend, attrs }) =>
    paletteLoss(backend, named(inputs), attrs as PaletteLossAttributes),
  [fusedNames.squaresLoss]: ({ inputs, backend, attrs }) =>
    squaresLoss(backend, named(inputs), attrs as WeightAttributes),
  [fusedNames.guidedLoss]: ({ inputs, backend, attrs }) =>
    guidedLoss(backend, named(inputs), attrs as WeightAttributes),
  [fusedNames.total]: ({ inputs, backend }) =>
    total(backend, Object.values(named<Record<string, tf.TensorInfo>>(inputs))),
  [fusedNames.stored]: ({ inputs, backend }) => stored(backend, named(inputs)),
  [fusedNames.variance]: ({ inputs, backend }) => variance(backend, named(inputs)),
  [fusedNames.gains]: ({ inputs, backend, attrs }) => gains(backend, named(inputs), attrs as GainsAttributes),
  [fusedNames.enlarge]: ({ inputs, backend }) => enlarge(backend, named(inputs)),
  [fusedNames.settle]: ({ inputs, backend, attrs }) => settle(backend, named(inputs), attrs as SettleAttributes),
};

/** Safe to call again. */
export function registerWebGPUKernels(): void {
  for (const [kernelName, run] of Object.entries(kernels)) {
    if (tf.getKernel(kernelName, 'webgpu')) continue;
    const kernelFunc = run as unknown as tf.KernelFunc;
    tf.registerKernel({ kernelName, backendName: 'webgpu', kernelFunc });
  }
}
