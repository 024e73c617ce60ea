/**
 * DeepDream, taken apart (Mordvintsev et al. 2015): the dream with all of its rules, and with each of them left out: octaves, jitter,
 * the step's normalisation, the clipping of colours.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Size } from '../../../../shared/pictureSize';
import type { SeeRecipe } from '../../../../shared/techniques/see/schema';
import { fitLongSide, fitted, readRaster } from '../../images/pictures';
import { randomGenerator } from '../../images/random';
import type { Raster } from '../../images/resample';
import { seenThrough } from '../../optimise/descend';
import { type Shift, Shifter } from '../../optimise/shift';
import type { TechniqueResult } from '../../types';
import { detailOf, octaveSizes, withDetail } from '../dream/octaves';
import type { TechniqueContext } from '../technique';
import { photoOf } from './features';
import { responseOf } from './response';
import { normalised, PlainImage, sideBySide, type Variant } from './variants';

const columns = 2;
const octaves = 3;
const octaveScale = 1.4;
const stepsPerOctave = 8;
export const jitter = 16;
/** Of a pixel's mean move in a step, of 0..1. */
const move = 2 / 255;

const variants = ['all', 'no octaves', 'no jitter', 'no normalisation', 'no clipping'] as const;
type Rule = (typeof variants)[number];

/** Of one of the dreams, and of its octaves. */
export function sizesApart({ size }: Pick<SeeRecipe, 'size'>, photo: Size) {
  const cell = fitLongSide(photo.width, photo.height, Math.floor(size / columns));
  return { cell, sizes: octaveSizes({ octaves, octaveScale }, cell) };
}

export async function runApart(context: TechniqueContext<SeeRecipe>): Promise<TechniqueResult> {
  const { recipe, network, control } = context;
  const whole = photoOf(context);
  const { cell, sizes } = sizesApart(recipe, whole);
  const photo = fitted(whole, cell);
  const objective = responseOf(recipe, network, sizes[0]?.height ?? cell.height, sizes[0]?.width ?? cell.width);
  const shifter = new Shifter();
  const steps = stepsPerOctave * sizes.length;
  const begin = (rule: Rule) => (): Variant => {
    const through = rule === 'no octaves' ? [cell] : sizes;
    const random = randomGenerator(recipe.seed);
    let octave = 0;
    let image = new PlainImage(withDetail(photo, null, through[0] ?? cell));
    /** Of the first gradient: without normalisation all steps are by this. */
    let first: tf.Scalar | undefined;
    const shift = (): Shift => ({
      top: Math.floor(random() * (jitter + 1)),
      left: Math.floor(random() * (jitter + 1)),
      extent: rule === 'no jitter' ? 0 : jitter,
    });
    return {
      label: rule,
      steps,
      look: (descent) =>
        seenThrough(shifter.by(shift()), image.x, (seen) =>
          descent.gradient(network, [recipe.layer], [objective], seen, undefined),
        ),
      async update(gradient, step) {
        first ??= tf.tidy(() => tf.add<tf.Scalar>(tf.mean(tf.abs(gradient)), 1e-12));
        const scale = first;
        image.set((x) => {
          const uphill = rule === 'no normalisation' ? tf.div(gradient, scale) : normalised(gradient);
          const next = tf.add<tf.Tensor4D>(x, tf.mul(uphill, move));
          return rule === 'no clipping' ? next : tf.clipByValue(next, 0, 1);
        });
        const next = through[octave + 1];
        if (!next || step < (octave + 1) * stepsPerOctave) return;
        octave++;
        const detail = detailOf(await readRaster(image.x), photo);
        image.dispose();
        image = new PlainImage(withDetail(photo, detail, next));
      },
      shown: async (): Promise<Raster> => fitted(await readRaster(image.x), cell),
      dispose: () => tf.dispose([image.x, ...(first ? [first] : [])]),
    };
  };
  try {
    return await sideBySide(
      control,
      columns,
      variants.map((rule) => ({ steps, begin: begin(rule) })),
    );
  } finally {
    objective.dispose();
    shifter.dispose();
  }
}
