/**
 * A photo changed as little as can be seen, so that the network takes it for something else (Szegedy et al. 2013; the lecture's
 * exercise): for another class, or for another photo, whose features are nearer then than its own. The change is shortened to the
 * least that is enough, and counted as it is saved: in whole levels of 255.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../../shared/errors';
import { classLayer } from '../../../../shared/networks';
import type { SeeRecipe } from '../../../../shared/techniques/see/schema';
import { fitted, pixelsOf, rasterOf, tensorOf } from '../../images/pictures';
import type { Raster } from '../../images/resample';
import type { Network } from '../../network/network';
import { contentObjective } from '../../objectives/content';
import { Descent, type Stage } from '../../optimise/descend';
import type { TechniqueResult } from '../../types';
import type { TechniqueContext } from '../technique';
import { photoOf } from './features';
import { channelResponse, channelsOf } from './response';
import { normalised, PlainImage } from './variants';

/** Of a pixel's mean move in a step, levels of 255. */
const move = 0.3;
/** Halvings on the way back. */
const shortenings = 5;
/** How much the difference is enlarged to be seen. */
const enlarged = 10;

/** What is to be reached. */
interface Goal {
  readonly gradient: (descent: Descent, x: tf.Tensor4D) => tf.Tensor4D;
  /** Whether the network is taken in by it. */
  reached(x: tf.Tensor4D): Promise<boolean>;
  dispose(): void;
}

export async function runFooling(context: TechniqueContext<SeeRecipe>): Promise<TechniqueResult> {
  const { recipe, control } = context;
  const photo = photoOf(context);
  const goal = await goalOf(context, photo);
  const image = new PlainImage(photo);
  const descent = new Descent(control, [{ steps: recipe.steps }]);
  let fooled = await goal.reached(image.x);
  const stage: Stage<tf.Tensor4D, object> = {
    steps: fooled ? 0 : recipe.steps,
    look: () => goal.gradient(descent, image.x),
    async update(gradient) {
      image.set((x) => tf.clipByValue(tf.sub(x, tf.mul(normalised(gradient), move / 255)), 0, 1));
      fooled = await asSaved(image.x, (x) => goal.reached(x));
      return !fooled;
    },
    shown: async () => pixelsOf(await rasterIn(image.x)),
  };
  try {
    return descent.result(
      await descent.through(stage, async () => {
        const least = fooled ? await shortened(photo, image.x, goal) : await rasterIn(image.x);
        const shown = rasterOf(pixelsOf(least));
        const apart = shown.values.map((value, i) => value - (photo.values[i] ?? 0));
        const rms = 255 * Math.sqrt(apart.reduce((sum, value) => sum + value * value, 0) / apart.length);
        const difference = { ...photo, values: apart.map((d) => Math.min(1, Math.max(0, 0.5 + enlarged * d))) };
        const said = fooled ? `step ${descent.step} · rms ${rms.toFixed(1)}/255` : `step ${descent.step} · not reached`;
        const frames = [
          { label: said, pixels: pixelsOf(shown) },
          { label: `difference ×${enlarged}`, pixels: pixelsOf(difference) },
          { label: 'photo', pixels: pixelsOf(photo) },
        ];
        return { pixels: pixelsOf(shown), frames, ...(fooled && { measured: { change: rms } }) };
      }),
    );
  } finally {
    tf.dispose([image.x]);
    goal.dispose();
    descent.dispose();
  }
}

const rasterIn = async (x: tf.Tensor4D): Promise<Raster> => {
  const [, height, width] = x.shape;
  return { width, height, channels: 3, values: await x.data<'float32'>() };
};

/** What eight bits leave of a picture. */
async function asSaved<T>(x: tf.Tensor4D, use: (saved: tf.Tensor4D) => Promise<T>): Promise<T> {
  const saved = tf.tidy(() => tf.div<tf.Tensor4D>(tf.round(tf.mul(x, 255)), 255));
  return use(saved).finally(() => saved.dispose());
}

/** The nearest to the photo, on the straight way to `end`, that still fools. */
async function shortened(photo: Raster, end: tf.Tensor4D, goal: Goal): Promise<Raster> {
  const start = tensorOf(photo);
  const between = (share: number) => tf.tidy(() => tf.add<tf.Tensor4D>(start, tf.mul(tf.sub(end, start), share)));
  let [low, high] = [0, 1];
  for (let i = 0; i < shortenings; i++) {
    const middle = (low + high) / 2;
    const x = between(middle);
    if (await asSaved(x, (saved) => goal.reached(saved))) high = middle;
    else low = middle;
    x.dispose();
  }
  const least = between(high);
  tf.dispose(start);
  return rasterIn(least).finally(() => least.dispose());
}

async function goalOf({ recipe, network, guide }: TechniqueContext<SeeRecipe>, photo: Raster): Promise<Goal> {
  const { layer, channel = 0 } = recipe;
  const channels = channelsOf({ ...recipe, channel }, network, photo.height, photo.width);
  if (guide) return likePhoto(network, layer, photo, fitted(rasterOf(guide), photo));
  if (layer === classLayer) return ofClass(network, layer, channel, channels);
  throw new ReverieError(
    'classes-missing',
    `${network.architecture.id} has no classes at ${layer}. Give another photo, or choose a classifier's layer.`,
  );
}

/** Features nearer to the other photo's than to the photo's own. */
function likePhoto(network: Network, layer: string, photo: Raster, other: Raster): Goal {
  const featuresOf = (picture: tf.Tensor4D) =>
    tf.tidy(() => tf.clone(network.forward(picture, [layer], 'features').at(layer)));
  const [own, wanted] = [photo, other].map((picture) => {
    const image = tensorOf(picture);
    const features = featuresOf(image);
    image.dispose();
    return features;
  }) as [tf.Tensor4D, tf.Tensor4D];
  const objective = contentObjective(layer, tf.clone(wanted), 1);
  return {
    gradient: (descent, x) => descent.gradient(network, [layer], [objective], x, undefined),
    async reached(x) {
      const nearer = tf.tidy(() => {
        const features = featuresOf(x);
        const away = (from: tf.Tensor4D) => tf.sum(tf.squaredDifference(features, from));
        return tf.less(away(wanted), away(own));
      });
      return Boolean((await nearer.data().finally(() => nearer.dispose()))[0]);
    },
    dispose() {
      tf.dispose([own, wanted]);
      objective.dispose();
    },
  };
}

/** The class' answer, averaged over the picture, above every other's. */
function ofClass(network: Network, layer: string, channel: number, channels: number): Goal {
  const objective = channelResponse(layer, channel, channels, -1);
  // A class that does not answer has no slope behind the classifier's ReLU.
  const past = network.with({ linear: layer });
  return {
    gradient: (descent, x) => descent.gradient(past, [layer], [objective], x, undefined),
    async reached(x) {
      const first = tf.tidy(() =>
        tf.argMax(tf.squeeze(tf.mean(past.forward(x, [layer], 'features').at(layer), [1, 2]))),
      );
      return (await first.data().finally(() => first.dispose()))[0] === channel;
    },
    dispose: () => objective.dispose(),
  };
}
