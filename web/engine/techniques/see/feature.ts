/**
 * The picture that a channel likes best, climbed to from noise: activation maximisation (Erhan et al. 2009) on a
 * decorrelated Fourier image seen through random motions, as in Olah et al., "Feature Visualization" (Distill 2017).
 */
import * as tf from '@tensorflow/tfjs-core';
import type { SeeRecipe } from '../../../../shared/recipe';
import { addMargin, cropMiddle } from '../../images/margin';
import { clampUnit, pixelsOf, rasterOf, readRaster } from '../../images/pictures';
import { type RandomState, randomFrom, randomGenerator } from '../../images/random';
import { bicubic, type Raster, resample } from '../../images/resample';
import type { Network } from '../../network/network';
import { headOf } from '../../objectives/objective';
import { DecorrelatedImage, type ImageState } from '../../optimise/decorrelatedImage';
import { type Motion, Warp } from '../../optimise/warp';
import type { Pixels } from '../../types';
import { Tally, type TallyState, totalsOf } from '../tally';
import type { TechniqueContext, TechniqueResult } from '../technique';
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

export interface FeatureState {
  readonly image: ImageState;
  readonly silent: boolean;
  readonly random: RandomState;
  readonly tally: TallyState;
}

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
  const tally = new Tally(resume?.tally);
  const { losses } = tally;
  const objective = channelResponse(layer, channel, channels, -1 / (rows * columns));
  const begin = () =>
    context.start
      ? DecorrelatedImage.fromPicture(startingPicture(context.start, size))
      : DecorrelatedImage.fromNoise(side, side, startingNoise, random);
  const image = resume ? DecorrelatedImage.restore(resume.image) : begin();
  let complete = true;
  control.report({ phase: 'optimise', step: tally.step, steps });
  try {
    const silent = resume?.silent ?? (await answeringShare(network, layer, channel, image.x)) < enough;
    const pastRelu = network.with({ linear: layer });
    while (tally.step < steps && complete) {
      const step = tally.step + 1;
      const measure = losses.wants(step) ? losses.add : undefined;
      const warp = new Warp(motion(random), canvas, canvas);
      const view = warp.apply(image.x);
      const activations = (silent && step <= stepsPastRelu ? pastRelu : network).forward(view, [layer]);
      tally.notePeak();
      const arrived = activations.backward(headOf([objective], measure)) ?? tf.zerosLike(view);
      const gradient = warp.adjoint(arrived);
      image.update(gradient, stepSize);
      tf.dispose([view, arrived, gradient]);
      warp.dispose();
      if (measure) await losses.read(step);
      tally.step = step;
      const { latest } = losses;
      control.report({
        ...{ phase: 'optimise', step, steps, msPerStep: tally.msPerStep, memoryBytes: tf.memory().numBytes },
        ...(latest === undefined ? {} : { loss: latest }),
      });
      if (control.wantsPreview()) control.preview(await shown(image, size));
      complete = await control.proceed();
      await control.keep?.(async () => {
        const [kept, pixels] = [await image.state(), await shown(image, size)];
        const state = { image: kept, silent, random: random.state(), tally: tally.state() };
        const result = () => ({ pixels, complete: false, ...totalsOf(state.tally) });
        return { state, step, result };
      });
    }
    await losses.finish();
    return { pixels: await shown(image, size), complete, ...totalsOf(tally.state()) };
  } finally {
    image.dispose();
    objective.dispose();
    losses.dispose();
  }
}

const startingPicture = (start: Pixels, size: number): Raster =>
  addMargin(clampUnit(resample(rasterOf(start), size, size, bicubic)), featureMargin);

const shown = async (image: DecorrelatedImage, size: number): Promise<Pixels> =>
  pixelsOf(cropMiddle(await readRaster(image.x), size, size));

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
