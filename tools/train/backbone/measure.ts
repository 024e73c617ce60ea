/**
 * How much of the teachers' variance a network leaves over: heads are fitted by regression on some squares and judged on
 * squares of photos that neither they nor the network have seen.
 */
import * as tf from '@tensorflow/tfjs-core';
import { tensorOf } from '../../../web/engine/images/pictures';
import { Network } from '../../../web/engine/network/network';
import type { Parameters } from '../../../web/engine/network/parameters';
import type { PhotoSource } from '../../../web/engine/train/samples';
import { fitHead, leftOver, type Moments, meanMoments, momentsOf, varianceOf } from '../../weights/regression';
import { normalised } from './gradient';
import { type BackboneLayout, inSlot } from './layout';
import { type BackboneSample, backboneSamplesOf, changed } from './samples';
import { partOf, Teachers } from './teachers';

/** Photos and how many squares of them. */
export interface Measured {
  readonly photos: PhotoSource;
  readonly squares: number;
}

export interface Standing {
  /** Per lesson: the regression's head in the layout's numbers, and the mean variance of the teacher's channels. */
  readonly heads: readonly { readonly weight: Float32Array; readonly bias: Float32Array }[];
  readonly variances: readonly number[];
  /** Per lesson: share of variance left over on the squares that judge. */
  readonly unexplained: readonly number[];
}

/** Measured with the squares as they are: plain, and the same ones each time. */
const samplesOf = ({ photos, squares }: Measured): BackboneSample[] =>
  backboneSamplesOf({ batch: squares, seed: 0, brightness: 0, noise: 0 }, photos.count, 0).map((sample, i) => ({
    ...sample,
    photo: i % photos.count,
  }));

/** The squares as tensors, one after the other; whoever takes one frees it. */
export async function* squaresOf(measured: Measured, crop: number): AsyncGenerator<tf.Tensor4D> {
  for (const sample of samplesOf(measured)) {
    yield tensorOf(changed(await measured.photos.square(sample, crop), sample));
  }
}

/**
 * @param teachers one network per teacher; they stay the caller's
 * @param fitted what heads are fitted on @param judged what they are judged on
 */
export async function stand(
  layout: BackboneLayout,
  parameters: Parameters,
  teachers: readonly Network[],
  crop: number,
  { fitted, judged }: { readonly fitted: Measured; readonly judged: Measured },
): Promise<Standing> {
  const student = Network.create(layout.architecture, parameters);
  const lessons = new Teachers(teachers, layout.heads);
  const momentsOver = async (measured: Measured) => {
    const each: Moments[][] = layout.heads.map(() => []);
    for await (const image of squaresOf(measured, crop)) {
      const { targets, regions } = lessons.teach(image);
      const picture = normalised(image, layout.entrance);
      const features = student.forward(picture, layout.taps, 'features');
      for (const [i, { lesson }] of layout.heads.entries()) {
        const [target, region] = [targets[i], regions[i]];
        if (!target || !region) continue;
        const part = partOf(features.at(lesson.tap), region);
        each[i]?.push(await momentsOf(part, target));
        part.dispose();
      }
      features.dispose();
      tf.dispose([image, picture, ...targets]);
    }
    return each.map(meanMoments);
  };
  const own = await momentsOver(fitted);
  const others = await momentsOver(judged);
  student.dispose();
  const fits = own.map((moments) => ({ head: fitHead(moments), variance: varianceOf(moments) / moments.outputs }));
  return {
    variances: fits.map(({ variance }) => variance),
    unexplained: fits.map(({ head }, i) => (others[i] ? leftOver(head, others[i]) : Number.NaN)),
    heads: fits.map(({ head, variance }, i) => {
      const scaled = Float32Array.from(head, (value) => value / Math.sqrt(variance));
      const split = layout.heads[i]?.weight.size ?? 0;
      return { weight: scaled.subarray(0, split), bias: scaled.subarray(split) };
    }),
  };
}

/** The heads written into a training's numbers: it begins with the best that there are. */
export function takeHeads(layout: BackboneLayout, { heads }: Standing, values: Float32Array): void {
  for (const [i, { weight, bias }] of layout.heads.entries()) {
    const head = heads[i];
    if (!head) continue;
    inSlot(values, weight).set(head.weight);
    inSlot(values, bias).set(head.bias);
  }
}
