/**
 * Prints of dreams: what hangs goes on dreaming at the sizes between it and paper, tile by tile. Every tile sees the same
 * shifts, and is moved as far as the whole would be, which is learned from samples.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { DreamRecipe } from '../../../../shared/techniques/dream/schema';
import { readRaster, tensorOf } from '../../images/pictures';
import { randomGenerator } from '../../images/random';
import type { Raster } from '../../images/resample';
import type { Network } from '../../network/network';
import { headOf } from '../../objectives/objective';
import { seenThrough } from '../../optimise/descend';
import { type BandStrengths, bandStrengths, normaliseBands } from '../../optimise/pyramid';
import { type Shift, Shifter } from '../../optimise/shift';
import type { PrintJob, TechniqueResult } from '../../types';
import { type PrintScale, PrintScales, printCanvas, printTiles } from '../print';
import type { TechniqueContext } from '../technique';
import { checkLayers, dreamObjectives, tapsOf } from './objectives';
import { bands } from './octaves';
import { reachOf } from './tiles';

/** Cells of the coarsest band of a gradient, pixels. */
const bandCell = 2 ** (bands - 1);

type Context = Pick<TechniqueContext<DreamRecipe, Network>, 'recipe' | 'network' | 'guide' | 'control'>;

export async function printDream(
  { recipe, network, guide, control }: Context,
  print: PrintJob,
): Promise<TechniqueResult> {
  checkLayers(recipe, network);
  const startedAt = performance.now();
  const { steps, jitter, stepSize } = recipe;
  const taps = tapsOf(recipe);
  const reach = reachOf(network, taps);
  let [seen, whole] = [
    [1, 1],
    [1, 1],
  ];
  const positions = (tap: string, [height = 1, width = 1]: readonly number[]) => {
    const [h, w] = network.featureShapes([tap], height, width).get(network.nodeOf(tap)) ?? [1, 1];
    return h * w;
  };
  const shareOf = (tap: string) => positions(tap, seen) / positions(tap, whole);
  const objectives = dreamObjectives(recipe, network, guide, (at) => at, shareOf);
  const shifter = new Shifter();
  const random = randomGenerator(recipe.seed);
  const draw = () => Math.floor(random() * (jitter + 1));
  const shifts = Array.from({ length: steps }, (): Shift => ({ top: draw(), left: draw(), extent: jitter }));
  let peakBytes = 0;

  const gradientAt = (x: tf.Tensor4D, { width, height }: PrintScale, shift: Shift) =>
    seenThrough(shifter.by(shift), x, (shifted) => {
      [seen, whole] = [shifted.shape.slice(1, 3), [height + jitter, width + jitter]];
      const activations = network.forward(shifted, taps);
      peakBytes = Math.max(peakBytes, tf.memory().numBytes);
      return activations.backward(headOf(objectives)) ?? tf.zerosLike(shifted);
    });
  /** By size and step. */
  const strengths: BandStrengths[][] = [];
  /** @param heard is told how strong the gradients are, and then divides by that */
  const refine = async (
    start: Raster,
    scale: PrintScale,
    step: () => Promise<boolean>,
    heard?: (strengths: BandStrengths, step: number) => void,
  ) => {
    let x = tensorOf(start);
    try {
      for (const [k, shift] of shifts.entries()) {
        const gradient = gradientAt(x, scale, shift);
        const own = heard && (await bandStrengths(gradient, bands));
        if (own) heard(own, k);
        const before = x;
        x = tf.tidy(() => {
          const even = normaliseBands(gradient, bands, own ?? strengths[scale.index]?.[k]);
          return tf.clipByValue<tf.Tensor4D>(tf.sub(before, tf.mul(even, stepSize)), 0, 1);
        });
        tf.dispose([before, gradient]);
        if (!(await step())) return null;
      }
      return await readRaster(x);
    } finally {
      x.dispose();
    }
  };
  const scales = new PrintScales({
    print,
    // All of the photo's own detail is there at every octave.
    canvas: printCanvas(print, 1),
    lattice: Math.max(bandCell, reach.lattice),
    reach: reach.surroundings,
    tile: recipe.tile,
    refine: (start, scale, _, step) => refine(start, scale, step),
  });
  const result = (complete: boolean): TechniqueResult => ({
    pixels: print.base,
    complete,
    losses: [],
    steps: 1,
    msPerStep: performance.now() - startedAt,
    peakBytes,
  });
  try {
    const proceed = scales.sampling(control, steps);
    for (const scale of scales.scales) {
      const found: BandStrengths[][] = shifts.map(() => []);
      for (const part of scales.samples(scale)) {
        const start = await scales.start(scale, part, proceed);
        const made = start && (await refine(start, scale, proceed, (own, k) => found[k]?.push(own)));
        if (!made) return result(false);
      }
      strengths.push(found.map(pooled));
    }
    return result(await printTiles(print, control, scales.painter(steps)));
  } finally {
    shifter.dispose();
    for (const objective of objectives) objective.dispose();
  }
}

/** Of samples as large as one another: means of squares, and of the sums. */
function pooled(samples: readonly BandStrengths[]): BandStrengths {
  const mean = (of: (sample: BandStrengths) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const count = Math.min(...samples.map((sample) => sample.bands.length));
  return {
    bands: Array.from({ length: count }, (_, k) => Math.sqrt(mean((sample) => (sample.bands[k] ?? 0) ** 2))),
    sum: mean(({ sum }) => sum),
  };
}
