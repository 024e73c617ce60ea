/**
 * Texture synthesis by Gram matrices (Gatys, Ecker & Bethge 2015): noise that is given the sample's correlations between
 * features, coarse to fine. Circular padding and rolling make a texture that tiles.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { TextureRecipe } from '../../../../shared/recipe';
import { cropMiddle } from '../../images/margin';
import { clampUnit, pixelsOf, resizeToLongSide } from '../../images/pictures';
import { normalNoise, randomGenerator } from '../../images/random';
import type { Raster } from '../../images/resample';
import type { Network } from '../../network/network';
import { headOf, type Objective } from '../../objectives/objective';
import { styleObjective } from '../../objectives/style';
import { addTotalVariation } from '../../objectives/totalVariation';
import { LossReader } from '../../optimise/losses';
import { type AdamSettings, type AdamSnapshot, PyramidAdam } from '../../optimise/pyramidAdam';
import { Shifter } from '../../optimise/shift';
import { measureStyle } from '../style/targets';
import type { TechniqueContext } from '../technique';
import { matchHistogram } from './histogram';
import { roll, unroll } from './roll';
import { type Size, textureScales } from './sizes';

type Tensor4D = tf.Tensor4D;

/** Painted around a texture that does not tile, and cut off. */
export const margin = 8;
/** The network sees the texture at so many alignments a side. */
const alignments = 16;
const mirrored = 7;
/** Keeps single pixels from standing out; against a loss of 1 per layer. */
const smoothing = 8;

const optimiser = (stepSize: number): AdamSettings => ({
  ...{ stepSize, beta1: 0.9, beta2: 0.99, averaging: 0.95 },
  ...{ levels: 4, levelGain: 1.25 },
});

export class Synthesis {
  step = 0;
  peakBytes = 0;
  readonly losses = new LossReader();
  readonly startedAt = performance.now();
  private readonly shifter = new Shifter();
  private readonly network: Network;
  private readonly margin: number;
  private readonly scales: ReturnType<typeof textureScales>;

  /** @param textures how many will be made, for the progress */
  constructor(
    private readonly context: TechniqueContext<TextureRecipe>,
    private readonly sample: Raster,
    private readonly textures: number,
  ) {
    const { recipe, network } = context;
    this.network = recipe.seamless ? network.with({ padding: 'circular' }) : network;
    this.margin = recipe.seamless ? 0 : margin;
    this.scales = textureScales(recipe);
    context.control.report({ phase: 'optimise', step: 0, steps: this.steps });
  }

  dispose(): void {
    this.losses.dispose();
    this.shifter.dispose();
  }

  /** One texture from these layers. */
  async run(layers: TextureRecipe['layers']): Promise<{ picture: Raster; complete: boolean }> {
    const random = randomGenerator(this.context.recipe.seed);
    let snapshot: AdamSnapshot | null = null;
    let complete = true;
    let size: Size = this.sample;
    for (const [i, scale] of this.scales.entries()) {
      ({ snapshot, complete } = await this.paint(scale, i, layers, snapshot, random));
      size = scale;
      this.context.trim?.();
      if (!complete) break;
    }
    const picture = snapshot ? cropMiddle(snapshot.picture, size.width, size.height) : this.sample;
    return { picture: matchHistogram(picture, this.sample), complete };
  }

  private get steps(): number {
    return this.context.recipe.steps * this.scales.length * this.textures;
  }

  private async paint(
    scale: Size & { readonly share: number },
    index: number,
    layers: TextureRecipe['layers'],
    snapshot: AdamSnapshot | null,
    random: () => number,
  ): Promise<{ snapshot: AdamSnapshot; complete: boolean }> {
    const { recipe, control } = this.context;
    const objectives = await this.objectives(layers, scale.share);
    const width = scale.width + 2 * this.margin;
    const height = scale.height + 2 * this.margin;
    const settings = optimiser(recipe.stepSize);
    const picture = snapshot
      ? PyramidAdam.resume(snapshot, width, height, settings)
      : PyramidAdam.start(startingNoise(this.sample, width, height, random), settings);
    const taps = layers.map(({ layer }) => layer);
    let complete = true;
    try {
      for (let i = 0; i < recipe.steps && complete; i++) {
        await this.iterate(picture, taps, objectives, random);
        this.report(scale, index);
        if (control.wantsPreview()) {
          control.preview(pixelsOf(cropMiddle(await picture.picture(), scale.width, scale.height)));
        }
        complete = await control.proceed();
      }
      await this.losses.finish();
      return { snapshot: await picture.snapshot(), complete };
    } finally {
      for (const objective of objectives) objective.dispose();
      picture.dispose();
    }
  }

  private async objectives(layers: TextureRecipe['layers'], share: number): Promise<Objective[]> {
    const { network } = this.context;
    const longSide = Math.round(Math.max(this.sample.width, this.sample.height) * share);
    const taps = layers.map(({ layer }) => layer);
    const statistics = await measureStyle(network, taps, resizeToLongSide(this.sample, longSide));
    const total = layers.reduce((sum, { weight }) => sum + weight, 0);
    return layers.flatMap(({ layer, weight }) => {
      const target = statistics.get(layer);
      return target ? [styleObjective(layer, 'covariance', target, weight / total, network.metric(layer))] : [];
    });
  }

  private async iterate(
    picture: PyramidAdam,
    taps: readonly string[],
    objectives: readonly Objective[],
    random: () => number,
  ): Promise<void> {
    this.step++;
    const measure = this.losses.wants(this.step) ? this.losses.add : undefined;
    const look = this.context.recipe.seamless ? this.rolled(picture.x, random) : this.mirrored(picture.x, random);
    const activations = this.network.forward(look.seen, taps);
    this.peakBytes = Math.max(this.peakBytes, tf.memory().numBytes);
    const arrived = activations.backward(headOf(objectives, measure)) ?? tf.zerosLike(look.seen);
    // In the rolled picture, whose border lies elsewhere at every step: so it counts across the seam, too.
    const smoothed = addTotalVariation(look.seen, arrived, smoothing, measure);
    tf.dispose([look.seen, arrived]);
    const gradient = look.back(smoothed);
    smoothed.dispose();
    picture.update(gradient);
    gradient.dispose();
    if (measure) await this.losses.read(this.step);
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
    const { latest } = this.losses;
    this.context.control.report({
      phase: 'optimise',
      step: this.step,
      steps: this.steps,
      scale: { index: index + 1, count: this.scales.length, width, height },
      msPerStep: (performance.now() - this.startedAt) / this.step,
      memoryBytes: tf.memory().numBytes,
      ...(latest === undefined ? {} : { loss: latest }),
    });
  }
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
