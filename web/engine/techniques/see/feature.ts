/**
 * The picture that a channel likes best, climbed to from noise: activation maximisation (Erhan et al. 2009) on a
 * decorrelated Fourier image seen through random motions, as in Olah et al., "Feature Visualization" (Distill 2017).
 */
import * as tf from '@tensorflow/tfjs-core';
import type { SeeRecipe } from '../../../../shared/techniques/see/schema';
import { addMargin, cropMiddle } from '../../images/margin';
import { fitted, pixelsOf, rasterOf, readRaster } from '../../images/pictures';
import { type RandomState, randomFrom, randomGenerator } from '../../images/random';
import type { Raster } from '../../images/resample';
import type { Network } from '../../network/network';
import { DecorrelatedImage, type ImageState } from '../../optimise/decorrelatedImage';
import { Descent, type Stage, seenThrough, type TallyState } from '../../optimise/descend';
import { type Motion, Warp } from '../../optimise/warp';
import type { Pixels, TechniqueResult } from '../../types';
import type { TechniqueContext } from '../technique';
import { channelResponse, channelsOf } from './response';

/** Painted around the picture and cut off: beyond the border is grey, and what meets it is not the channel's taste alone. */
export const featureMargin = 8;
/** Of a motion: lucid's jitters together, its scales and its angles, evenly. */
const motionBounds = { shift: 12, zoom: 0.1, degrees: 10 } as const;
/** Deviation of the coefficients at the start: nearly grey. */
const startingNoise = 0.01;
/**
 * Behind a ReLU there is no slope where the channel does not answer. Where it answers less of the start than this share,
 * its first steps go past the ReLU.
 */
const enough = 0.5;
const stepsPastRelu = 32;

interface FeaturePlace {
  readonly image: ImageState;
  readonly steps: number;
  readonly silent: boolean;
  readonly random: RandomState;
}

export type FeatureState = FeaturePlace & { readonly tally: TallyState };

export async function runFeature(
  context: TechniqueContext<SeeRecipe, Network, FeatureState>,
): Promise<TechniqueResult> {
  const { recipe, network, control, resume } = context;
  const { size, layer, steps, stepSize, channel = 0 } = recipe;
  const side = size + 2 * featureMargin;
  const canvas = { height: side, width: side };
  const channels = channelsOf({ ...recipe, channel }, network, side, side);
  const [rows, columns] = network.featureShapes([layer], side, side).get(network.nodeOf(layer)) ?? [1, 1];
  const random = resume ? randomFrom(resume.random) : randomGenerator(recipe.seed);
  const objective = channelResponse(layer, channel, channels, -1 / (rows * columns));
  const begin = () =>
    context.start
      ? DecorrelatedImage.fromPicture(startingPicture(context.start, size))
      : DecorrelatedImage.fromNoise(side, side, startingNoise, random);
  const image = resume ? DecorrelatedImage.restore(resume.image) : begin();
  const descent = new Descent(control, [{ steps }], resume?.tally);
  const shown = async () => pixelsOf(cropMiddle(await readRaster(image.x), size, size));
  try {
    const silent = resume?.silent ?? (await answeringShare(network, layer, channel, image.x)) < enough;
    const pastRelu = network.with({ linear: layer });
    const stage: Stage<tf.Tensor4D, FeaturePlace> = {
      steps,
      done: resume?.steps,
      look(measure) {
        const warp = new Warp(motion(random), canvas, canvas);
        const looking = silent && descent.step <= stepsPastRelu ? pastRelu : network;
        const gradient = seenThrough(warp, image.x, (seen) =>
          descent.gradient(looking, [layer], [objective], seen, measure),
        );
        warp.dispose();
        return gradient;
      },
      update: (gradient) => image.update(gradient, stepSize),
      shown,
      place: (taken) => async () => {
        const [kept, pixels] = [await image.state(), await shown()];
        return { place: { image: kept, steps: taken, silent, random: random.state() }, made: () => ({ pixels }) };
      },
    };
    return descent.result({ pixels: await descent.through(stage, shown) });
  } finally {
    image.dispose();
    objective.dispose();
    descent.dispose();
  }
}

const startingPicture = (start: Pixels, size: number): Raster =>
  addMargin(fitted(rasterOf(start), { width: size, height: size }), featureMargin);

const spread = (random: () => number, bound: number): number => (2 * random() - 1) * bound;

const motion = (random: () => number): Motion => ({
  angle: (spread(random, motionBounds.degrees) * Math.PI) / 180,
  zoom: 1 + spread(random, motionBounds.zoom),
  right: spread(random, motionBounds.shift),
  down: spread(random, motionBounds.shift),
});

/** Share of positions where the channel answers. */
async function answeringShare(network: Network, layer: string, channel: number, picture: tf.Tensor4D): Promise<number> {
  const activations = network.forward(picture, [layer], 'features');
  const share = tf.tidy(() => {
    const answers = tf.slice(activations.at(layer), [0, 0, 0, channel], [1, -1, -1, 1]);
    return tf.mean(tf.cast(tf.greater(answers, 0), 'float32'));
  });
  activations.dispose();
  const [value = 0] = await share.data().finally(() => share.dispose());
  return value;
}
