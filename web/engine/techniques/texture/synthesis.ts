/**
 * Texture synthesis by Gram matrices (Gatys, Ecker & Bethge 2015): noise that is given the sample's correlations between
 * features, coarse to fine. Circular padding and rolling make a texture that tiles.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { TextureRecipe } from '../../../../shared/techniques/texture/schema';
import { addMargin, cropMiddle } from '../../images/margin';
import { clampUnit, fitted, pixelsOf, rasterOf, resizeToLongSide } from '../../images/pictures';
import { normalNoise, type RandomGenerator, type RandomState, randomFrom, randomGenerator } from '../../images/random';
import type { Raster } from '../../images/resample';
import { grainNetwork } from '../../network/grain';
import type { Network } from '../../network/network';
import { given } from '../../network/operator';
import { addPixelTaps, seeded, withPixelTaps } from '../../objectives/grain';
import type { Objective } from '../../objectives/objective';
import { addTotalVariation } from '../../objectives/regularisation';
import { styleObjective } from '../../objectives/style';
import {
  Descent,
  type Measure,
  type Rehearsal,
  type Stage,
  seenThrough,
  type TallyState,
  type Transform,
} from '../../optimise/descend';
import {
  type AdamSettings,
  type AdamSnapshot,
  type AdamState,
  PyramidAdam,
  rehearsalAt,
} from '../../optimise/pyramidAdam';
import { Shifter } from '../../optimise/shift';
import type { Made } from '../../types';
import { measureStyle } from '../style/targets';
import { stepWork, type TechniqueContext } from '../technique';
import { matchHistogram, roll, type Size, textureScales, unroll } from './sizes';

type Tensor4D = tf.Tensor4D;

/** Painted around a texture that does not tile, and cut off. */
export const margin = 8;
/** The network sees the texture at so many alignments a side. */
const alignments = 16;
export const mirrored = 7;
/** Total variation, where nothing else looks after the grain: keeps single pixels from standing out. */
const smoothing = 8;

export const optimiser = (stepSize: number): AdamSettings => ({
  stepSize,
  beta1: 0.9,
  beta2: 0.99,
  averaging: 0.95,
  levels: 4,
  levelGain: 1.25,
});

interface TexturePlace {
  /** Of the ladder, finished. */
  readonly rungs: readonly Raster[];
  /** Index into the sizes. */
  readonly scale: number;
  /** Within a size, after so many of its steps. */
  readonly steps: number;
  readonly adam: AdamState;
  readonly random: RandomState;
}

export type TextureState = TexturePlace & { readonly tally: TallyState };

export type TextureContext = TechniqueContext<TextureRecipe, Network, TextureState>;

/** What the run comes to if it ends with this texture unfinished. */
type Unfinished = (picture: Raster) => Made;

export class Synthesis {
  readonly descent: Descent;
  private readonly shifter = new Shifter();
  private readonly network: Network;
  private readonly grain: Network | null;
  private readonly margin: number;
  private readonly scales: ReturnType<typeof textureScales>;

  /** @param textures layers of each that will be made */
  constructor(
    private readonly context: TextureContext,
    private readonly sample: Raster,
    private readonly textures: readonly TextureRecipe['layers'][],
  ) {
    const { recipe, network, control, resume } = context;
    this.network = wrapped(network, recipe);
    this.grain = recipe.grain > 0 ? grainNetwork(recipe.seamless ? 'circular' : 'reflect') : null;
    this.margin = recipe.seamless ? 0 : margin;
    // A picture at hand has come through the coarser sizes.
    this.scales = textureScales(recipe).slice(context.start ? -1 : 0);
    const lengths = textures.flatMap((layers) =>
      this.scales.map((scale) => ({ steps: recipe.steps, cost: this.costOf(layers, scale) })),
    );
    this.descent = new Descent(control, lengths, resume?.tally);
  }

  dispose(): void {
    this.descent.dispose();
    this.shifter.dispose();
    this.grain?.dispose();
  }

  /**
   * The next texture.
   * @param rungs of the ladder before it @param unfinished see there
   */
  async run(rungs: readonly Raster[], unfinished: Unfinished): Promise<Raster> {
    const { recipe, resume } = this.context;
    const layers = this.textures[rungs.length] ?? [];
    const from = resume?.rungs.length === rungs.length ? resume : undefined;
    const random = from ? randomFrom(from.random) : randomGenerator(recipe.seed);
    let snapshot: AdamSnapshot | null = null;
    let size: Size = this.sample;
    for (const [index, scale] of this.scales.entries()) {
      if (index < (from?.scale ?? 0)) continue;
      const here = { scale, index, layers, rungs, random, unfinished };
      snapshot = await this.paint(here, snapshot, from?.scale === index ? from : undefined);
      size = scale;
      this.context.trim?.();
      if (!this.descent.complete) break;
    }
    return snapshot ? this.finished(snapshot.picture, size) : this.sample;
  }

  private canvasOf({ width, height }: Size) {
    const [across, down] = [width + 2 * this.margin, height + 2 * this.margin];
    return { width: across, height: down };
  }

  private costOf(layers: TextureRecipe['layers'], scale: Size): number {
    const { width, height } = this.canvasOf(scale);
    return stepWork(this.network, tapsOf(layers), height, width);
  }

  private startingPicture(size: Size, random: () => number): Raster {
    const { start } = this.context;
    const { width, height } = this.canvasOf(size);
    if (!start) return startingNoise(this.sample, width, height, random);
    return addMargin(fitted(rasterOf(start), size), this.margin);
  }

  /** Without the margin, as large as the result, in the sample's colours. */
  private finished(picture: Raster, size: Size): Raster {
    const cropped = cropMiddle(picture, size.width, size.height);
    return matchHistogram(fitted(cropped, this.scales.at(-1) ?? size), this.sample);
  }

  private async paint(
    { scale, index, layers, rungs, random, unfinished }: Here,
    snapshot: AdamSnapshot | null,
    from: TextureState | undefined,
  ): Promise<AdamSnapshot> {
    const { recipe } = this.context;
    const objectives = await this.objectives(layers, scale.share);
    const canvas = this.canvasOf(scale);
    const settings = optimiser(recipe.stepSize);
    const prepare = (enlarged: Raster) => seeded(enlarged, recipe.grain, random);
    const begin = () =>
      snapshot
        ? PyramidAdam.resume(snapshot, canvas.width, canvas.height, settings, prepare)
        : PyramidAdam.start(this.startingPicture(scale, random), settings);
    const picture = from ? PyramidAdam.restore(from.adam, settings) : begin();
    const { width, height } = scale;
    const stage: Stage<Tensor4D, TexturePlace> = {
      steps: recipe.steps,
      cost: this.costOf(layers, scale),
      done: from?.steps,
      scale: { index: index + 1, count: this.scales.length, width, height },
      look: (measure) => this.look(picture.x, layers, objectives, random, measure),
      update: (gradient) => picture.update(gradient),
      shown: async () => pixelsOf(cropMiddle(await picture.picture(), width, height)),
      rehearse: (later) => this.rehearsal(later),
      place: (steps) => async () => {
        const adam = await picture.state();
        const place = { rungs: [...rungs], scale: index, steps, random: random.state(), adam };
        return { place, made: () => unfinished(this.finished(adam.picture, scale)) };
      },
      dispose() {
        for (const objective of objectives) objective.dispose();
        picture.dispose();
      },
    };
    return this.descent.through(stage, () => picture.snapshot());
  }

  private async objectives(layers: TextureRecipe['layers'], share: number): Promise<Objective[]> {
    const { network, recipe } = this.context;
    const longSide = Math.round(Math.max(this.sample.width, this.sample.height) * share);
    const all = withPixelTaps(layers, { grain: recipe.grain, palette: 0 });
    const taps = all.map(({ layer }) => layer);
    const statistics = await measureStyle(network, taps, resizeToLongSide(this.sample, longSide));
    return all.flatMap(({ layer, weight }) => {
      const target = statistics.get(layer);
      return target ? [styleObjective(layer, 'covariance', target, weight, network.metric(layer))] : [];
    });
  }

  private async rehearsal(later: number): Promise<Rehearsal> {
    const layers = given(this.textures[Math.floor(later / this.scales.length)]);
    const scale = given(this.scales[later % this.scales.length]);
    const objectives = await this.objectives(layers, scale.share);
    const { width, height } = this.canvasOf(scale);
    const grey = { width, height, channels: 3, values: new Float32Array(width * height * 3).fill(0.5) };
    return rehearsalAt(
      grey,
      optimiser(this.context.recipe.stepSize),
      (x) => this.look(x, layers, objectives, () => 0.5, undefined),
      {
        dispose() {
          for (const objective of objectives) objective.dispose();
        },
      },
    );
  }

  private look(
    x: Tensor4D,
    layers: TextureRecipe['layers'],
    objectives: readonly Objective[],
    random: () => number,
    measure: Measure,
  ): Tensor4D {
    const transform = this.context.recipe.seamless ? this.rolled(random) : this.mirrored(random);
    return seenThrough(transform, x, (seen) => this.gradientAt(seen, tapsOf(layers), objectives, measure));
  }

  private gradientAt(
    seen: Tensor4D,
    taps: readonly string[],
    objectives: readonly Objective[],
    measure: Measure,
  ): Tensor4D {
    const arrived = this.descent.gradient(this.network, taps, objectives, seen, measure);
    // In the rolled picture, whose border lies elsewhere at every step: so both count across the seam, too.
    const fine = this.grain
      ? addPixelTaps(this.grain, seen, arrived, objectives, measure)
      : addTotalVariation(seen, arrived, smoothing, measure);
    arrived.dispose();
    return fine;
  }

  private rolled(random: () => number): Transform {
    const rows = Math.floor(random() * alignments);
    const columns = Math.floor(random() * alignments);
    return {
      apply: (picture) => roll(picture, rows, columns),
      adjoint: (gradient) => unroll(gradient, rows, columns),
    };
  }

  private mirrored(random: () => number): Transform {
    const draw = () => Math.floor(random() * (mirrored + 1));
    return this.shifter.by({ top: draw(), left: draw(), extent: mirrored });
  }
}

const tapsOf = (layers: TextureRecipe['layers']): string[] => layers.map(({ layer }) => layer);

/** A size of one texture, and what goes into it. */
interface Here {
  readonly scale: ReturnType<typeof textureScales>[number];
  readonly index: number;
  readonly layers: TextureRecipe['layers'];
  readonly rungs: readonly Raster[];
  readonly random: RandomGenerator;
  readonly unfinished: Unfinished;
}

/** As a texture is seen. */
export const wrapped = (network: Network, { seamless }: Pick<TextureRecipe, 'seamless'>): Network =>
  seamless ? network.with({ padding: 'circular' }) : network;

/** White noise with the sample's mean colour and contrast. */
function startingNoise(sample: Raster, width: number, height: number, random: () => number): Raster {
  const { channels, values } = sample;
  const count = values.length / channels;
  const mean = new Float64Array(channels);
  const square = new Float64Array(channels);
  values.forEach((value, i) => {
    const c = i % channels;
    mean[c] = (mean[c] ?? 0) + value / count;
    square[c] = (square[c] ?? 0) + (value * value) / count;
  });
  const noise = normalNoise(width * height * channels, random).map((value, i) => {
    const c = i % channels;
    const centre = mean[c] ?? 0;
    return centre + value * Math.sqrt(Math.max(0, (square[c] ?? 0) - centre * centre));
  });
  return clampUnit({ width, height, channels, values: noise });
}
