/**
 * A network that no contestant was made with, as a judge: style is the distance of channel means and deviations from the
 * painting's, content the distance of features from the photo's, each relative to its target and averaged over taps.
 */
import * as tf from '@tensorflow/tfjs-core';
import { tensorOf } from '../../web/engine/images/pictures';
import type { Raster } from '../../web/engine/images/resample';
import { Network } from '../../web/engine/network/network';
import { statisticsOf } from '../../web/engine/transformer/normalisation';
import { readTeacher, type TeacherSpec } from '../weights/metric';
import type { Score } from './scoreRecord';

export type Judge = (result: Raster, painting: Raster, photo: Raster) => Promise<Score>;

/** On the active backend. @throws ReverieError as `readTeacher` */
export async function openJudge(spec: TeacherSpec): Promise<Judge> {
  const { architecture, parameters, taps } = await readTeacher(spec);
  const network = Network.create(architecture, parameters);
  return (result, painting, photo) => compare(network, taps, result, painting, photo);
}

async function compare(
  network: Network,
  taps: readonly string[],
  result: Raster,
  painting: Raster,
  photo: Raster,
): Promise<Score> {
  const scores = tf.tidy(() => {
    const features = [result, painting, photo].map((raster) => network.forward(tensorOf(raster), taps, 'features'));
    const [ofResult, ofPainting, ofPhoto] = features;
    const style: tf.Scalar[] = [];
    const content: tf.Scalar[] = [];
    for (const tap of taps) {
      if (!ofResult || !ofPainting || !ofPhoto) continue;
      const [own, target] = [ofResult, ofPainting].map((activations) => {
        const { mean, variance } = statisticsOf([activations.at(tap)]);
        return tf.concat([mean, tf.sqrt(variance)]);
      });
      if (own && target) style.push(relative(own, target));
      content.push(relative(ofResult.at(tap), ofPhoto.at(tap)));
    }
    return [tf.mean(tf.stack(style)), tf.mean(tf.stack(content))];
  });
  const [style = 0, content = 0] = await Promise.all(scores.map(async (value) => (await value.data())[0]));
  tf.dispose(scores);
  return { style, content };
}

const relative = (value: tf.Tensor, target: tf.Tensor): tf.Scalar =>
  tf.div<tf.Scalar>(tf.sum(tf.square(tf.sub(value, target))), tf.sum(tf.square(target)));
