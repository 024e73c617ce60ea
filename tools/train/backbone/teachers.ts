/** Teachers on the device: a picture in, the features that ours shall say, cut to where both have cells. */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../shared/errors';
import type { Network } from '../../../web/engine/network/network';
import { cutOf, type HeadSlots, overlapOf } from './layout';

type Tensor4D = tf.Tensor4D;

/** The cells of our features that a lesson is about. */
export interface Region {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

export interface Taught {
  /** `[1, h, w, C]` of the teacher, one per lesson; the caller's to free. */
  readonly targets: readonly Tensor4D[];
  /** Of ours, `[1, h, w]` in the same places. */
  readonly regions: readonly Region[];
}

export class Teachers {
  private readonly cuts: readonly (readonly [number, number])[];

  /** @param networks one per teacher; they stay the caller's */
  constructor(
    private readonly networks: readonly Network[],
    private readonly heads: readonly HeadSlots[],
  ) {
    this.cuts = networks.map((_, teacher) => cutOf(heads.filter(({ lesson }) => lesson.teacher === teacher)));
  }

  /**
   * @param image `[1, H, W, 3]`, RGB in 0..1
   * @throws ReverieError `training-invalid` when a teacher has no cell in such a picture; `image-too-small`
   */
  teach(image: Tensor4D): Taught {
    const [, height, width] = image.shape;
    const targets: Tensor4D[] = [];
    const regions: Region[] = [];
    try {
      this.networks.forEach((network, teacher) => {
        const [top, left] = this.cuts[teacher] ?? [0, 0];
        const heads = this.heads.filter(({ lesson }) => lesson.teacher === teacher);
        const seen = tf.slice(image, [0, top, left, 0], [1, height - top, width - left, 3]);
        const features = network.forward(
          seen,
          heads.map(({ lesson }) => lesson.towards),
          'features',
        );
        try {
          for (const head of heads) {
            const theirs = features.at(head.lesson.towards);
            const rows = overlapOf(0, head, top, { own: height / head.own.stride, theirs: theirs.shape[1] });
            const columns = overlapOf(1, head, left, { own: width / head.own.stride, theirs: theirs.shape[2] });
            if (rows.count < 1 || columns.count < 1) throw tooSmall(head, network);
            regions.push({ top: rows.own, left: columns.own, height: rows.count, width: columns.count });
            const from: [number, number, number, number] = [0, rows.theirs, columns.theirs, 0];
            targets.push(tf.slice(theirs, from, [1, rows.count, columns.count, head.theirs.channels]));
          }
        } finally {
          features.dispose();
          seen.dispose();
        }
      });
      return { targets, regions };
    } catch (error) {
      tf.dispose(targets);
      throw error;
    }
  }
}

const tooSmall = ({ lesson }: HeadSlots, { architecture }: Network) =>
  new ReverieError(
    'training-invalid',
    `In squares of this size ${architecture.id} has no cell at ${lesson.towards}. Give a larger --crop.`,
  );

/** Our features where the lesson is. A new tensor. */
export const partOf = (features: Tensor4D, { top, left, height, width }: Region): Tensor4D =>
  tf.slice(features, [0, top, left, 0], [1, height, width, features.shape[3]]);

/** Adjoint of `partOf`. A new tensor. */
export function wholeOf(
  part: Tensor4D,
  { top, left, height, width }: Region,
  [, rows, columns]: Tensor4D['shape'],
): Tensor4D {
  return tf.pad4d(part, [
    [0, 0],
    [top, rows - top - height],
    [left, columns - left - width],
    [0, 0],
  ]);
}
