/**
 * A channel's or a class' favourite picture, each regulariser by itself: gradient ascent on plain pixels from the same noise
 * (Simonyan et al. 2013 with L2; Yosinski et al. 2015 with blur; Mordvintsev et al. 2015 with jitter; Mahendran & Vedaldi 2015 with
 * total variation), and the decorrelated Fourier image of Olah et al. 2017 that `feature` climbs on.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { SeeRecipe } from '../../../../shared/techniques/see/schema';
import { readRaster } from '../../images/pictures';
import { normalNoise, randomGenerator } from '../../images/random';
import type { Raster } from '../../images/resample';
import type { Network } from '../../network/network';
import { addTotalVariation } from '../../objectives/regularisation';
import { DecorrelatedImage } from '../../optimise/decorrelatedImage';
import { seenThrough } from '../../optimise/descend';
import { Shifter, shiftsUpTo } from '../../optimise/shift';
import type { TechniqueResult } from '../../types';
import type { TechniqueContext } from '../technique';
import { channelResponse, channelsOf } from './response';
import { normalised, PlainImage, sideBySide, type Variant } from './variants';

const columns = 3;
/** Deviation of the noise that all begin with, about grey. */
const startingNoise = 0.05;
/** Of a pixel's mean move in a step, of 0..1. */
const move = 2 / 255;
/** Part of the way to grey in a step. */
const decay = 0.02;
const blurEvery = 4;
const jitter = 8;
/** Against a gradient whose mean is 1, in units of `Σ (x − x')²`. */
const smoothing = 2000;

/** Of one of the pictures, which lie side by side. */
export const ascentSide = (size: number): number => Math.floor((size - (columns - 1) * 4) / columns);

const rules = ['none', 'L2', 'blur', 'jitter', 'total variation', 'Fourier'] as const;
type Rule = (typeof rules)[number];

export async function runAscent(context: TechniqueContext<SeeRecipe>): Promise<TechniqueResult> {
  const { recipe, network, control } = context;
  const { size, steps, stepSize, layer, channel = 0, seed } = recipe;
  const side = ascentSide(size);
  const channels = channelsOf({ ...recipe, channel }, network, side, side);
  const noise = normalNoise(side * side * 3, randomGenerator(seed));
  const start: Raster = { width: side, height: side, channels: 3, values: noise.map((n) => 0.5 + startingNoise * n) };
  const response = channelResponse(layer, channel, channels, -1);
  const shifts = shiftsUpTo(jitter, 64, randomGenerator(seed));
  const shifter = new Shifter();
  // Behind a ReLU there is no slope where the channel does not answer: the first half goes past it, in all of them.
  const past = network.with({ linear: layer });
  const begin = (rule: Rule) => (): Variant => {
    const plain = rule !== 'Fourier';
    const image = plain ? new PlainImage(start) : DecorrelatedImage.fromNoise(side, side, 0.01, randomGenerator(seed));
    let step = 0;
    const through = (of: Network, picture: tf.Tensor4D, look: (of: Network, seen: tf.Tensor4D) => tf.Tensor4D) => {
      const shift = shifts[step % shifts.length];
      if (!shift || (plain && rule !== 'jitter')) return look(of, picture);
      return seenThrough(shifter.by(shift), picture, (seen) => look(of, seen));
    };
    return {
      label: rule,
      steps,
      look(descent) {
        step++;
        return through(step <= steps / 2 ? past : network, image.x, (of, seen) =>
          descent.gradient(of, [layer], [response], seen, undefined),
        );
      },
      update(gradient) {
        if (image instanceof DecorrelatedImage) image.update(gradient, stepSize);
        else image.set((x) => moved(rule, x, gradient, step));
      },
      shown: () => readRaster(image.x),
      dispose: () => image.dispose(),
    };
  };
  try {
    return await sideBySide(
      control,
      columns,
      rules.map((rule) => ({ steps, begin: begin(rule) })),
    );
  } finally {
    response.dispose();
    shifter.dispose();
  }
}

/** @param gradient downhill of the channel's negative answer */
function moved(rule: Rule, x: tf.Tensor4D, gradient: tf.Tensor4D, step: number): tf.Tensor4D {
  const downhill = normalised(gradient);
  const regular = rule === 'total variation' ? addTotalVariation(x, downhill, smoothing) : downhill;
  const next = tf.clipByValue(tf.sub<tf.Tensor4D>(x, tf.mul(regular, move)), 0, 1);
  if (rule === 'L2') return tf.add(tf.mul(next, 1 - decay), 0.5 * decay) as tf.Tensor4D;
  if (rule === 'blur' && step % blurEvery === 0) return blurred(next);
  return next;
}

/** Binomial, 3 × 3, the border repeated. */
function blurred(x: tf.Tensor4D): tf.Tensor4D {
  const [, height, width] = x.shape;
  const along = (of: tf.Tensor4D, axis: 1 | 2, length: number) => {
    const first = tf.slice(of, [0, 0, 0, 0], axis === 1 ? [1, 1, -1, 3] : [1, -1, 1, 3]);
    const last = tf.slice(of, axis === 1 ? [0, length - 1, 0, 0] : [0, 0, length - 1, 0], [1, -1, -1, 3]);
    const padded = tf.concat([first, of, last], axis);
    const from = (at: number) =>
      tf.slice(
        padded,
        axis === 1 ? [0, at, 0, 0] : [0, 0, at, 0],
        axis === 1 ? [1, length, -1, 3] : [1, -1, length, 3],
      );
    return tf.add(tf.mul(tf.add(from(0), from(2)), 0.25), tf.mul(from(1), 0.5)) as tf.Tensor4D;
  };
  return along(along(x, 1, height), 2, width);
}
