/**
 * Texture synthesis by Gram matrices (Gatys, Ecker & Bethge 2015): noise that is given the sample's correlations between
 * features, coarse to fine. Circular padding and rolling make a texture that tiles.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { TextureRecipe } from '../../../../shared/recipe';
import { addMargin, cropMiddle } from '../../images/margin';
import { clampUnit, pixelsOf, rasterOf, resizeToLongSide } from '../../images/pictures';
import { normalNoise, type RandomGenerator, type RandomState, randomFrom, randomGenerator } from '../../images/random';
import { bicubic, type Raster, resample } from '../../images/resample';
import { grainNetwork } from '../../network/grain';
import type { Network } from '../../network/network';
import { addPixelTaps, seeded, withPixelTaps } from '../../objectives/grain';
import { headOf, type Objective } from '../../objectives/objective';
import { styleObjective } from '../../objectives/style';
import { addTotalVariation } from '../../objectives/totalVariation';
import { type AdamSettings, type AdamSnapshot, type AdamState, PyramidAdam } from '../../optimise/pyramidAdam';
import { Shifter } from '../../optimise/shift';
import { measureStyle } from '../style/targets';
import { Tally, type TallyState } from '../tally';
import type { TechniqueContext, TechniqueResult } from '../technique';
import { matchHistogram } from './histogram';
import { roll, unroll } from './roll';
import { type Size, textureScales } from './sizes';

type Tensor4D = tf.Tensor4D;

/** Painted around a texture that does not tile, and cut off. */
export const margin = 8;
/** The network sees the texture at so many alignments a side. */
const alignments = 16;
const mirrored = 7;
/** Total variation, where nothing else looks after the grain: keeps single pixels from standing out. */
const smoothing = 8;

export const optimiser = (stepSize: number): AdamSettings => ({
  ...{ stepSize, beta1: 0.9, beta2: 0.99, averaging: 0.95 },
  ...{ levels: 4, levelGain: 1.25 },
});

/** Within a size of a texture, after so many of its steps. */
export interface TextureState {
  /** Of the ladder, finished. */
  readonly rungs: readonly Raster[];
  /** Index into the sizes. */
  readonly scale: number;
  readonly steps: number;
  readonly adam: AdamState;
  readonly random: RandomState;
  readonly tally: TallyState;
}

export type TextureContext = TechniqueContext<TextureRecipe, Network, TextureState>;

/** What the run comes to if it ends with this texture unfinished. */
type Unfinished = (picture: Raster, tally: TallyState) => TechniqueResult;

export class Synthesis {
  readonly tally: Tally;
  private readonly shifter = new Shifter();
  private readonly network: Network;
  private readonly grain: Network | null;
  private readonly margin: number;
  private readonly scales: ReturnType<typeof textureScales>;

  /** @param textures how many will be made, for the progress */
  constructor(
    private readonly context: TextureContext,
    private readonly sample: Raster,
    private readonly textures: number,
  ) {
    const { recipe, network } = context;
    this.network = recipe.seamless ? network.with({ padding: 'circular' }) : network;
    this.grain = recipe.grain > 0 ? grainNetwork(recipe.seamless ? 'circular' : 'reflect') : null;
    this.margin = recipe.seamless ? 0 : margin;
    // A picture at hand has come through the coarser sizes.
    this.scales = textureScales(recipe).slice(context.start ? -1 : 0);
    this.tally = new Tally(context.resume?.tally);
    context.control.report({ phase: 'optimise', step: this.tally.step, steps: this.steps });
  }

  dispose(): void {
    this.tally.losses.dispose();
    this.shifter.dispose();
    this.grain?.dispose();
  }

  /**
   * One texture from these layers.
   * @param rungs of the ladder before it @param unfinished see there
   */
  async run(
    layers: TextureRecipe['layers'],
    rungs: readonly Raster[],
    unfinished: Unfinished,
  ): Promise<{ picture: Raster; complete: boolean }> {
    const { recipe, resume } = this.context;
    const from = resume?.rungs.length === rungs.length ? resume : undefined;
    const random = from ? randomFrom(from.random) : randomGenerator(recipe.seed);
    let snapshot: AdamSnapshot | null = null;
    let complete = true;
    let size: Size = this.sample;
    for (const [i, scale] of this.scales.entries()) {
      if (i < (from?.scale ?? 0)) continue;
      const here = { scale, index: i, layers, rungs, random, unfinished };
      ({ snapshot, complete } = await this.paint(here, snapshot, from?.scale === i ? from : undefined));
      size = scale;
      this.context.trim?.();
      if (!complete) break;
    }
    return { picture: snapshot ? this.finished(snapshot.picture, size) : this.sample, complete };
  }

  private startingPicture({ width, height }: Size, random: () => number): Raster {
    const { start } = this.context;
    const around = 2 * this.margin;
    if (!start) return startingNoise(this.sample, width + around, height + around, random);
    return addMargin(clampUnit(resample(rasterOf(start), width, height, bicubic)), this.margin);
  }

  /** Without the margin, as large as the result, in the sample's colours. */
  private finished(picture: Raster, size: Size): Raster {
    const { width, height } = this.scales.at(-1) ?? size;
    const cropped = cropMiddle(picture, size.width, size.height);
    return matchHistogram(clampUnit(resample(cropped, width, height, bicubic)), this.sample);
  }

  private get steps(): number {
    return this.context.recipe.steps * this.scales.length * this.textures;
  }

  private async paint(
    { scale, index, layers, rungs, random, unfinished }: Here,
    snapshot: AdamSnapshot | null,
    from: TextureState | undefined,
  ): Promise<{ snapshot: AdamSnapshot; complete: boolean }> {
    const { recipe, control } = this.context;
    const { tally } = this;
    const objectives = await this.objectives(layers, scale.share);
    const width = scale.width + 2 * this.margin;
    const height = scale.height + 2 * this.margin;
    const settings = optimiser(recipe.stepSize);
    const begin = () =>
      snapshot
        ? PyramidAdam.resume(snapshot, width, height, settings, (enlarged) => seeded(enlarged, recipe.grain, random))
        : PyramidAdam.start(this.startingPicture(scale, random), settings);
    const picture = from ? PyramidAdam.restore(from.adam, settings) : begin();
    const taps = layers.map(({ layer }) => layer);
    let complete = true;
    try {
      for (let steps = (from?.steps ?? 0) + 1; steps <= recipe.steps && complete; steps++) {
        await this.iterate(picture, taps, objectives, random);
        this.report(scale, index);
        if (control.wantsPreview()) {
          control.preview(pixelsOf(cropMiddle(await picture.picture(), scale.width, scale.height)));
        }
        complete = await control.proceed();
        await control.keep?.(async () => {
          const adam = await picture.state();
          const place = { rungs: [...rungs], scale: index, steps, random: random.state() };
          const state = { ...place, adam, tally: tally.state() };
          const result = () => unfinished(this.finished(adam.picture, scale), state.tally);
          return { state, step: tally.step, result };
        });
      }
      await tally.losses.finish();
      return { snapshot: await picture.snapshot(), complete };
    } finally {
      for (const objective of objectives) objective.dispose();
      picture.dispose();
    }
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

  private async iterate(
    picture: PyramidAdam,
    taps: readonly string[],
    objectives: readonly Objective[],
    random: () => number,
  ): Promise<void> {
    const { tally } = this;
    tally.step++;
    const measure = tally.losses.wants(tally.step) ? tally.losses.add : undefined;
    const look = this.context.recipe.seamless ? this.rolled(picture.x, random) : this.mirrored(picture.x, random);
    const activations = this.network.forward(look.seen, taps);
    tally.notePeak();
    const arrived = activations.backward(headOf(objectives, measure)) ?? tf.zerosLike(look.seen);
    // In the rolled picture, whose border lies elsewhere at every step: so both count across the seam, too.
    const fine = this.grain
      ? addPixelTaps(this.grain, look.seen, arrived, objectives, measure)
      : addTotalVariation(look.seen, arrived, smoothing, measure);
    tf.dispose([look.seen, arrived]);
    const gradient = look.back(fine);
    fine.dispose();
    picture.update(gradient);
    gradient.dispose();
    if (measure) await tally.losses.read(tally.step);
  }

  private rolled(x: Tensor4D, random: () => number): { seen: Tensor4D; back: (gradient: Tensor4D) => Tensor4D } {
    const rows = Math.floor(random() * alignments);
    const columns = Math.floor(random() * alignments);
    return { seen: roll(x, rows, columns), back: (gradient) => unroll(gradient, rows, columns) };
  }

  private mirrored(x: Tensor4D, random: () => number): { seen: Tensor4D; back: (gradient: Tensor4D) => Tensor4D } {
    const draw = () => Math.floor(random() * (mirrored + 1));
    const shift = { top: draw(), left: draw(), extent: mirrored };
    return {
      seen: this.shifter.apply(x, shift),
      back: (gradient) => this.shifter.adjoint(gradient, shift, x.shape),
    };
  }

  private report({ width, height }: Size, index: number): void {
    const { step, msPerStep } = this.tally;
    const { latest } = this.tally.losses;
    this.context.control.report({
      phase: 'optimise',
      step,
      steps: this.steps,
      scale: { index: index + 1, count: this.scales.length, width, height },
      msPerStep,
      memoryBytes: tf.memory().numBytes,
      ...(latest === undefined ? {} : { loss: latest }),
    });
  }
}

/** A size of one texture, and what goes into it. */
interface Here {
  readonly scale: ReturnType<typeof textureScales>[number];
  readonly index: number;
  readonly layers: TextureRecipe['layers'];
  readonly rungs: readonly Raster[];
  readonly random: RandomGenerator;
  readonly unfinished: Unfinished;
}

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
