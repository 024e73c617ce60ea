/**
 * `npm run train -- score`: how close one pass comes to the optimisation, in the eyes of a network that neither was made
 * with. Style is the distance of channel means and deviations from the painting's, content the distance of features
 * from the photo's, each relative to its target and averaged over taps.
 */
import * as tf from '@tensorflow/tfjs-core';
import { parseRecipe, type Recipe } from '../../shared/recipe';
import type { Engine, Pixels } from '../../web/engine/api';
import { fitLongSide, rasterOf, resizeToLongSide, tensorOf } from '../../web/engine/images/pictures';
import type { Raster } from '../../web/engine/images/resample';
import { Network } from '../../web/engine/network/network';
import { statisticsOf } from '../../web/engine/transformer/normalisation';
import { openEngine } from '../cli/engine';
import { readImage } from '../images';
import { listPictures } from '../weights/metric/pictures';
import { parseTeacher, readTeacher } from '../weights/metric/teacher';
import { styleId } from './options';
import { heldOutOf } from './style';

export interface Scoring {
  readonly images: string;
  readonly paintings: readonly string[];
  /** `<safetensors>:<architecture>:<taps>` */
  readonly judge: string;
  readonly count: number;
  readonly size: number;
  /** Of the optimisation. */
  readonly steps: number;
}

interface Score {
  readonly style: number;
  readonly content: number;
}

export async function score(options: Scoring, print: (line: string) => void): Promise<void> {
  const { images, paintings, judge, count, size, steps } = options;
  const spec = parseTeacher(judge);
  if (!spec) throw new RangeError(`--judge ${judge} is not <safetensors>:<architecture>:<tap>,<tap>.`);
  const photos = heldOutOf(await listPictures(images)).slice(0, count);
  const engine = await openEngine('wasm');
  await engine.device();
  const teacher = await readTeacher(spec);
  const network = Network.create(teacher.architecture, teacher.parameters);
  const totals = new Map<string, Score[]>();
  for (const [i, file] of photos.entries()) {
    const painting = paintings[i % paintings.length] ?? '';
    const photo = await readImage(file);
    const style = styleId(painting);
    const recipes: Record<string, Recipe> = {
      fast: parseRecipe({ technique: 'fast', version: 1, size, styles: [{ style }] }),
      optimised: parseRecipe({
        ...{ technique: 'style', version: 1, size, styles: [{ preset: style }] },
        schedule: { minSize: size, firstSteps: steps, steps: 0 },
      }),
    };
    const results: Record<string, Pixels> = { photo };
    for (const [name, recipe] of Object.entries(recipes)) results[name] = await run(engine, recipe, photo);
    const target = resizeToLongSide(rasterOf(await readImage(painting)), size);
    for (const [name, pixels] of Object.entries(results)) {
      const { width, height } = fitLongSide(photo.width, photo.height, size);
      const raster = resizeToLongSide(rasterOf(pixels), Math.max(width, height));
      const result = await compare(network, teacher.taps, raster, target, resizeToLongSide(rasterOf(photo), size));
      totals.set(name, [...(totals.get(name) ?? []), result]);
    }
    print(`${i + 1} of ${photos.length}: ${style}`);
  }
  await engine.dispose();
  const mean = (name: string, term: keyof Score) => {
    const all = totals.get(name) ?? [];
    return all.reduce((sum, each) => sum + each[term], 0) / all.length;
  };
  for (const name of ['photo', 'fast', 'optimised']) {
    print(`${name}: style ${mean(name, 'style').toFixed(3)}, content ${mean(name, 'content').toFixed(3)}`);
  }
  const closed =
    (mean('photo', 'style') - mean('fast', 'style')) / (mean('photo', 'style') - mean('optimised', 'style'));
  print(`one pass closes ${(100 * closed).toFixed(0)} % of the distance in style between photo and ${steps} steps`);
}

async function run(engine: Engine, recipe: Recipe, content: Pixels): Promise<Pixels> {
  return (await engine.run({ recipe, inputs: { content } }).result).pixels;
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
