/**
 * The baseline: the same network and the same losses as anyone would write them with TensorFlow.js, differentiated by
 * its own tape (`tf.valueAndGrad`), through the same mirrored shifts, followed by plain Adam in plain ops: one level,
 * where the engine's Adam takes several, which is in the tape's favour. Runs on stock kernels only.
 *
 * Its gradient near the border is wrong, because TensorFlow.js 4.22's gradient of reflection padding is; it costs what
 * a right one would.
 */
// Registers the gradients, which tfjs-core alone does not have, on the same copy of it.
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../shared/errors';
import type { StyleRecipe } from '../../../shared/techniques/style/schema';
import type { Pixels } from '../../../web/engine/api';
import { addMargin } from '../../../web/engine/images/margin';
import { rasterOf, tensorOf } from '../../../web/engine/images/pictures';
import { randomGenerator } from '../../../web/engine/images/random';
import type { Raster } from '../../../web/engine/images/resample';
import { type AdamState, adam } from '../../../web/engine/kernels/composed';
import { isPadded } from '../../../web/engine/kernels/padding';
import { grainArchitecture, grainParameters } from '../../../web/engine/network/grain';
import type { ConvLayer, Node } from '../../../web/engine/network/layers';
import type { Parameters } from '../../../web/engine/network/parameters';
import { withPixelTaps } from '../../../web/engine/objectives/grain';
import type { StyleStatisticsByLayer } from '../../../web/engine/objectives/statistics';
import { type Shift, shiftsUpTo } from '../../../web/engine/optimise/shift';
import { tapsOfRecipe } from '../../../web/engine/techniques/style/objectives';
import { alignments, marginOf } from '../../../web/engine/techniques/style/scales';
import type { Problem } from './problem';
import { contentLosses, styleLosses, totalVariation } from './tapeLosses';

type Tensor4D = tf.Tensor4D;

/** Features at every tap, by name. */
export type Forward = (image: Tensor4D) => Map<string, Tensor4D>;

export interface Tape {
  /** Of a picture as it is given, at the first view. */
  lossAt(picture: Pixels): Promise<number>;
  /** One whole iteration: the next view, gradient and Adam. @returns the loss before it */
  iterate(): Promise<number>;
}

/** The shifts of a run, and which of them its steps take, drawn as the run draws them. */
export function drawViews({ jitter, seed }: Pick<StyleRecipe, 'jitter' | 'seed'>): {
  readonly shifts: readonly Shift[];
  next(): number;
} {
  const random = randomGenerator(seed);
  const shifts = shiftsUpTo(jitter, alignments, random);
  return { shifts, next: () => Math.floor(random() * shifts.length) };
}

/** What a run paints at its only scale: the picture and a margin around it. */
const canvasOf = (picture: Pixels, size: number): Raster => addMargin(rasterOf(picture), marginOf(size));

/** @param forward `plainNetworks` of the same problem @param statistics the painting's, at the recipe's size */
export function tapeOf(
  { recipe, network, content }: Pick<Problem, 'recipe' | 'network' | 'content'>,
  forward: Forward,
  statistics: StyleStatisticsByLayer,
): Tape {
  const { shifts, next } = drawViews(recipe);
  const image = tensorOf(canvasOf(content, recipe.size));
  const metricOf = (tap: string) => network.metric(tap);
  const style = styleLosses(recipe, statistics, metricOf);
  const views = shifts.map((shift) => {
    const photo = tf.tidy(() => {
      const features = forward(mirrored(image, shift));
      return Object.fromEntries(recipe.contentLayers.map(({ layer }) => [layer, featuresAt(features, layer)]));
    });
    const contentOf = (tap: string) => featuresAt(new Map(Object.entries(photo)), tap);
    return { shift, losses: [...style, ...contentLosses(recipe, contentOf, metricOf)] };
  });
  const lossOf = (x: Tensor4D, at: number): tf.Scalar => {
    const view = views[at];
    if (!view) throw new ReverieError('internal', `There is no view ${at}.`);
    const features = forward(mirrored(x, view.shift));
    const terms = view.losses.map(({ tap, of }) => of(featuresAt(features, tap)));
    // Not addN: it binds every term to one shader, and a GPU has no room for fifteen.
    return [...terms, totalVariation(x, recipe.totalVariation)].reduce<tf.Scalar>(
      (sum, term) => tf.add(sum, tf.reshape(term, [])),
      tf.scalar(0),
    );
  };
  const read = async (loss: tf.Scalar): Promise<number> => {
    const [value = Number.NaN] = await loss.data();
    loss.dispose();
    return value;
  };
  let state: AdamState = {
    x: image,
    first: tf.zerosLike(image),
    second: tf.zerosLike(image),
    average: tf.clone(image),
  };
  let step = 0;
  const { stepSize, beta1, beta2, averaging } = recipe.optimiser;
  return {
    lossAt: (picture) =>
      read(tf.tidy(() => lossOf(tensorOf(canvasOf(picture, recipe.size)), drawViews(recipe).next()))),
    iterate() {
      const at = next();
      const { value, grad } = tf.tidy(() => tf.valueAndGrad<Tensor4D, tf.Scalar>((x) => lossOf(x, at))(state.x));
      const moved = adam(state, grad, {
        stepSize,
        beta1,
        beta2,
        step,
        epsilon: 1e-8,
        min: 0,
        max: 1,
        averaging: 1 - (1 - averaging) / (1 - averaging ** (step + 1)),
      });
      tf.dispose([grad, state.x, state.first, state.second, state.average]);
      state = moved;
      step++;
      return read(value);
    },
  };
}

function mirrored(picture: Tensor4D, { top, left, extent }: Shift): Tensor4D {
  const sides: [number, number][] = [
    [0, 0],
    [top, extent - top],
    [left, extent - left],
    [0, 0],
  ];
  return extent === 0 ? picture : tf.mirrorPad(picture, sides, 'reflect');
}

function featuresAt(features: ReadonlyMap<string, Tensor4D>, tap: string): Tensor4D {
  const found = features.get(tap);
  if (!found) throw new ReverieError('layer-unknown', `The plain network has no tap "${tap}".`);
  return found;
}

/** The recipe's network and that of grain and palette beside it: features at the taps of both, if they have a weight. */
export function plainNetworks(problem: Pick<Problem, 'architecture' | 'parameters' | 'recipe'>): Forward {
  const { recipe } = problem;
  const network = plainNetwork(problem, tapsOfRecipe(recipe));
  const weighed = { architecture: grainArchitecture('reflect'), parameters: grainParameters() };
  const taps = withPixelTaps([], recipe).map(({ layer }) => layer);
  const grain = plainNetwork(weighed, taps);
  return (image) => new Map([...network(image), ...grain(image)]);
}

/** Uploads the weights as far as the deepest tap; for architectures whose layers have one input each. */
export function plainNetwork(
  { architecture: { nodes }, parameters }: Pick<Problem, 'architecture' | 'parameters'>,
  taps: readonly string[],
): Forward {
  const end = nodes.findLastIndex(({ tap }) => tap !== undefined && taps.includes(tap));
  const layers = nodes.slice(0, end + 1).map((node) => ({ node, run: plainLayer(node, parameters) }));
  return (image) => {
    const features = new Map<string, Tensor4D>();
    const outputs = new Map([['input', image]]);
    for (const { node, run } of layers) {
      const y = run(outputs.get(node.from[0] ?? '') ?? image);
      outputs.set(node.name, y);
      if (node.tap) features.set(node.tap, y);
    }
    return features;
  };
}

function plainLayer({ name, layer }: Node, parameters: Parameters): (x: Tensor4D) => Tensor4D {
  switch (layer.kind) {
    case 'conv':
      return plainConvolution(name, layer, parameters);
    case 'pool': {
      const pool = layer.method === 'max' ? tf.maxPool : tf.avgPool;
      return (x) => pool<Tensor4D>(x, layer.size, layer.stride, 'valid');
    }
    case 'normalise': {
      const mean = tf.tensor1d([...layer.mean]);
      const std = tf.tensor1d([...layer.std]);
      return (x) => tf.div<Tensor4D>(tf.sub(x, mean), std);
    }
    case 'concat':
      throw new ReverieError('internal', 'The tape of the benchmark knows layers with one input only.');
  }
}

function plainConvolution(name: string, layer: ConvLayer, parameters: Parameters): (x: Tensor4D) => Tensor4D {
  const values = (part: string) => {
    const parameter = parameters.get(`${name}.${part}`);
    if (!parameter) throw new ReverieError('weights-invalid', `The weights have no tensor "${name}.${part}".`);
    return parameter.values;
  };
  const filter = tf.tensor4d(values('weight'), [...layer.kernel, ...layer.channels]);
  const bias = tf.tensor1d(values('bias'));
  const { mode, top, bottom, left, right } = layer.padding;
  const sides: [number, number][] = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  const pad = (x: Tensor4D): Tensor4D => {
    if (!isPadded(layer.padding)) return x;
    return mode === 'reflect' ? tf.mirrorPad(x, sides, 'reflect') : tf.pad(x, sides);
  };
  if (mode !== 'reflect' && mode !== 'zero') throw new ReverieError('internal', `The tape has no ${mode} padding.`);
  return (x) => {
    const y = tf.add<Tensor4D>(tf.conv2d(pad(x), filter, layer.stride, 'valid'), bias);
    return layer.relu ? tf.relu(y) : y;
  };
}
