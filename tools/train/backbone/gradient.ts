/**
 * The gradient of one batch: square → our network and the teachers → linear heads → back to directions, gains, biases
 * and heads.
 */
import * as tf from '@tensorflow/tfjs-core';
import { tensorOf } from '../../../web/engine/images/pictures';
import { Network } from '../../../web/engine/network/network';
import type { ParameterGradient } from '../../../web/engine/network/operator';
import type { PhotoSource } from '../../../web/engine/train/samples';
import type { Computed, Source, TrainedNumbers } from '../../../web/engine/train/sources';
import { type BackboneLayout, backboneLayoutOf, type HeadSlots, inSlot } from './layout';
import { type BackboneSample, changed } from './samples';
import type { BackboneOptions } from './schema';
import { partOf, type Taught, Teachers, wholeOf } from './teachers';
import { type FilterGradient, filtersOf, throughWeightNorm } from './weightNorm';

type Tensor4D = tf.Tensor4D;

export interface DistillationGradient extends Computed {
  /** Per lesson: share of the teacher's variance left over; mean over the pictures. */
  readonly losses: readonly number[];
  /** Per channel of all convolutions: share of positions that fire; NaN below the deepest lesson. */
  readonly firing: Float32Array;
}

/** What the pictures of one batch add up. */
interface Sums {
  readonly gradient: Float32Array<ArrayBuffer>;
  readonly losses: number[];
  readonly firing: Float32Array;
}

/** What comes of one pass, on the device. */
interface Found {
  readonly losses: (tf.Scalar | undefined)[];
  readonly heads: { readonly weight: tf.Tensor2D; readonly bias: tf.Tensor1D; readonly slots: HeadSlots }[];
  readonly convolutions: Map<string, ParameterGradient>;
  readonly firing: Map<string, tf.Tensor1D>;
}

export class Distillation implements Source<BackboneSample, DistillationGradient> {
  readonly layout: BackboneLayout;
  private readonly teachers: Teachers;

  /**
   * @param teachers one network per teacher of the options; they become this object's
   * @param variances one per lesson: mean variance of the teacher's channels at that tap
   */
  constructor(
    private readonly options: BackboneOptions,
    private readonly networks: readonly Network[],
    private readonly photos: PhotoSource,
    private readonly variances: readonly number[],
  ) {
    this.layout = backboneLayoutOf(options);
    this.teachers = new Teachers(networks, this.layout.heads);
  }

  async gradient({ values }: TrainedNumbers, samples: readonly BackboneSample[]): Promise<DistillationGradient> {
    const { layout } = this;
    const student = Network.create(layout.architecture, filtersOf(layout, values));
    const sums: Sums = {
      gradient: new Float32Array(layout.size),
      losses: layout.heads.map(() => 0),
      firing: new Float32Array(layout.channels).fill(Number.NaN),
    };
    try {
      for (const sample of samples) {
        const square = await this.photos.square(sample, this.options.crop);
        const image = tensorOf(changed(square, sample));
        try {
          await this.add(student, values, image, 1 / samples.length, sums);
        } finally {
          image.dispose();
        }
      }
    } finally {
      student.dispose();
    }
    return sums;
  }

  dispose(): void {
    for (const network of this.networks) network.dispose();
  }

  private async add(student: Network, values: Float32Array, image: Tensor4D, share: number, sums: Sums) {
    const taught = this.teachers.teach(image);
    const normal = normalised(image, this.layout.entrance);
    const found = this.walk(student, values, normal, taught);
    tf.dispose([normal, ...taught.targets]);
    const { layout } = this;
    try {
      const own = new Float32Array(layout.size);
      const filters = new Map<string, FilterGradient>();
      for (const [name, { weight, bias }] of found.convolutions) {
        filters.set(name, { weight: await weight.data<'float32'>(), bias: await bias.data<'float32'>() });
      }
      throughWeightNorm(layout, values, filters, own);
      for (const { slots, weight, bias } of found.heads) {
        inSlot(own, slots.weight).set(await weight.data<'float32'>());
        inSlot(own, slots.bias).set(await bias.data<'float32'>());
      }
      own.forEach((value, i) => {
        sums.gradient[i] = (sums.gradient[i] ?? 0) + share * value;
      });
      for (const [i, loss] of found.losses.entries()) {
        const [value = Number.NaN] = loss ? await loss.data() : [];
        sums.losses[i] = (sums.losses[i] ?? 0) + share * value;
      }
      let channel = 0;
      for (const { tap, gain } of layout.convolutions) {
        const firing = await found.firing.get(tap)?.data();
        firing?.forEach((value, c) => {
          const before = sums.firing[channel + c] ?? 0;
          sums.firing[channel + c] = (Number.isNaN(before) ? 0 : before) + share * value;
        });
        channel += gain.size;
      }
    } finally {
      tf.dispose([
        ...found.losses.flatMap((loss) => loss ?? []),
        ...found.heads.flatMap(({ weight, bias }) => [weight, bias]),
        ...[...found.convolutions.values()].flatMap(({ weight, bias }) => [weight, bias]),
        ...found.firing.values(),
      ]);
    }
  }

  /** Forward and back; all tensors are new. */
  private walk(student: Network, values: Float32Array, image: Tensor4D, taught: Taught): Found {
    const { heads, taps } = this.layout;
    const found: Found = { losses: heads.map(() => undefined), heads: [], convolutions: new Map(), firing: new Map() };
    const toPixels = student.forward(image, taps, 'training').backward(
      (tap, features, arrived) => {
        found.firing.set(
          tap,
          tf.tidy(() => tf.mean<tf.Tensor1D>(tf.step(features), [0, 1, 2])),
        );
        let gradient = arrived;
        heads.forEach((slots, lesson) => {
          if (slots.lesson.tap !== tap) return;
          const own = this.learn(lesson, slots, values, features, taught, found);
          if (!gradient) {
            gradient = own;
            return;
          }
          const sum = tf.add<Tensor4D>(gradient, own);
          tf.dispose([gradient, own]);
          gradient = sum;
        });
        return gradient;
      },
      (node, gradient) => found.convolutions.set(node, gradient),
    );
    toPixels?.dispose();
    return found;
  }

  /** One lesson's gradient at our features; a new tensor. */
  private learn(
    lesson: number,
    slots: HeadSlots,
    values: Float32Array,
    features: Tensor4D,
    { targets, regions }: Taught,
    found: Found,
  ): Tensor4D {
    const target = targets[lesson];
    const region = regions[lesson];
    if (!target || !region) throw new RangeError('a lesson without its teacher');
    const weight = tf.tensor2d(inSlot(values, slots.weight), slots.weight.shape as [number, number]);
    const bias = tf.tensor1d(inSlot(values, slots.bias));
    const part = partOf(features, region);
    const { loss, toFeatures, ...head } = headLoss(part, target, { weight, bias }, this.variances[lesson] ?? 1);
    found.losses[lesson] = loss;
    found.heads.push({ ...head, slots });
    const whole = wholeOf(toFeatures, region, features.shape);
    tf.dispose([weight, bias, part, toFeatures]);
    return whole;
  }
}

/** What the network takes after its entrance; a new tensor. */
export const normalised = (image: Tensor4D, { mean, std }: BackboneLayout['entrance']): Tensor4D =>
  tf.tidy(() => tf.div<Tensor4D>(tf.sub(image, tf.tensor1d([...mean])), tf.tensor1d([...std])));

// A linear head's loss: mean squared error at the teacher's features, in units of their variance.

type Tensor2D = tf.Tensor2D;

interface HeadLoss {
  /** Share of the teacher's variance that the head leaves over. */
  readonly loss: tf.Scalar;
  readonly toFeatures: Tensor4D;
  readonly weight: Tensor2D;
  readonly bias: tf.Tensor1D;
}

/**
 * loss = mean over positions and channels of (f·W + b − t/σ)², σ² the mean variance of the teacher's channels. New tensors.
 * @param features `[1, h, w, C]` @param target `[1, h, w, Ct]`, the teacher's own
 */
function headLoss(
  features: Tensor4D,
  target: Tensor4D,
  { weight, bias }: { readonly weight: Tensor2D; readonly bias: tf.Tensor1D },
  variance: number,
): HeadLoss {
  const [channels, outputs] = weight.shape;
  return tf.tidy(() => {
    const rows: Tensor2D = tf.reshape(features, [-1, channels]);
    const wanted: Tensor2D = tf.mul(tf.reshape(target, [-1, outputs]), 1 / Math.sqrt(variance));
    const error: Tensor2D = tf.sub(tf.add(tf.matMul(rows, weight), bias), wanted);
    const pull: Tensor2D = tf.mul(error, 2 / error.size);
    return {
      loss: tf.mean<tf.Scalar>(tf.square(error)),
      toFeatures: tf.reshape(tf.matMul(pull, weight, false, true), features.shape) as Tensor4D,
      weight: tf.matMul<Tensor2D>(rows, pull, true, false),
      bias: tf.sum<tf.Tensor1D>(pull, 0),
    };
  });
}
