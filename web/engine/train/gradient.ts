/**
 * The gradient of one batch: photo → network → perceptual losses → back to the network's parameters. The losses are
 * those of style transfer, on the same perceptual network; only what is optimised differs.
 */
import * as tf from '@tensorflow/tfjs-core';
import { parseRecipe } from '../../../shared/recipe';
import { recipeVersion } from '../../../shared/recipe/version';
import type { StyleRecipe } from '../../../shared/techniques/style/schema';
import { photoStyle } from '../../../shared/transformer';
import { tensorOf } from '../images/pictures';
import type { Network } from '../network/network';
import { addPixelTaps, isPixelTap, pixelNetwork } from '../objectives/grain';
import { headOf, type Objective } from '../objectives/objective';
import { addTotalVariation } from '../objectives/regularisation';
import { Shifter } from '../optimise/shift';
import { contentObjectives, styleObjectives, tapsOfRecipe } from '../techniques/style/objectives';
import type { StyleTargets } from '../techniques/style/targets';
import { canvasOf, noiseShare } from '../transformer/noise';
import { type Layout, movesFrom, type TransformerParameters } from '../transformer/parameters';
import type { ParameterGradient } from '../transformer/trainingPass';
import { Transformer } from '../transformer/transformer';
import { lossRecipe, type TrainOptions } from './options';
import type { PhotoSource, Sample } from './samples';
import type { BatchGradient, GradientSource, Losses } from './sources';

type Tensor4D = tf.Tensor4D;

export class PerceptualGradient implements GradientSource {
  private readonly shifter = new Shifter();
  private readonly taps: readonly string[];
  private readonly pixels: Network | null;

  private constructor(
    private readonly options: TrainOptions,
    private readonly recipe: StyleRecipe,
    private readonly network: Network,
    private readonly photos: PhotoSource,
    private readonly styles: readonly (readonly Objective[])[],
  ) {
    this.pixels = pixelNetwork(recipe);
    this.taps = tapsOfRecipe(recipe);
  }

  /**
   * Measures the paintings.
   * @param paintings one per style of the network, none for the one that gives the photo back
   * @throws ReverieError `layer-unknown`
   */
  static async create(
    options: TrainOptions,
    network: Network,
    photos: PhotoSource,
    paintings: readonly StyleTargets[],
  ): Promise<PerceptualGradient> {
    const recipe = lossRecipe(
      options,
      parseRecipe({ version: recipeVersion, technique: 'style', styles: [{ image: null }] }),
    );
    for (const tap of tapsOfRecipe(recipe)) network.nodeOf(tap);
    const styles: Objective[][] = [];
    const queue = paintings.values();
    for (const name of options.network.styles) {
      const painting = name === photoStyle ? undefined : queue.next().value;
      styles.push(painting ? await styleObjectives(recipe, network, [painting], options.styleSize) : []);
    }
    return new PerceptualGradient(options, recipe, network, photos, styles);
  }

  async gradient(parameters: TransformerParameters, samples: readonly Sample[]): Promise<BatchGradient> {
    const style = samples[0]?.style ?? 0;
    const squares = await Promise.all(samples.map((sample) => this.photos.square(sample, this.options.crop)));
    const transformer = new Transformer(this.options.network, parameters);
    const photos = squares.map(tensorOf);
    const oneHot = this.options.network.styles.map((_, i) => (i === style ? 1 : 0));
    const { network } = this.options;
    const canvases = squares.map((square, i) =>
      tensorOf(canvasOf(square, network, samples[i]?.noise ?? 0, noiseShare(network, style))),
    );
    const pass = transformer.train(canvases, transformer.blend(oneHot));
    tf.dispose(canvases);
    const terms: Terms = { content: [], style: [], variation: [] };
    try {
      const statistics = parameters.running ? await pass.batchStatistics() : null;
      let peakBytes = 0;
      const toOutputs = samples.map((sample, i) => {
        const output = pass.outputs[i];
        const photo = photos[i];
        if (!output || !photo) throw new RangeError('a picture without its output');
        const gradient = this.atOutput(output, photo, sample, terms);
        peakBytes = Math.max(peakBytes, tf.memory().numBytes);
        const share = tf.mul<Tensor4D>(gradient, 1 / samples.length);
        gradient.dispose();
        return share;
      });
      const from = transformer.layout.filters.findIndex(({ offset }) => offset >= movesFrom(this.options));
      const gradient = pass.backward(toOutputs, from < 0 ? transformer.layout.filters.length : from);
      peakBytes = Math.max(peakBytes, tf.memory().numBytes);
      tf.dispose(toOutputs);
      return {
        gradient: await flatten(transformer.layout, gradient, style),
        losses: await readLosses(terms, samples.length),
        statistics: statistics as Float32Array<ArrayBuffer> | null,
        peakBytes,
      };
    } finally {
      pass.dispose();
      tf.dispose([...photos, ...Object.values(terms).flat()]);
      transformer.dispose();
    }
  }

  dispose(): void {
    this.shifter.dispose();
    this.pixels?.dispose();
    for (const objective of this.styles.flat()) objective.dispose();
  }

  /** The losses' gradient at a painted picture; a new tensor. */
  private atOutput(output: Tensor4D, photo: Tensor4D, { style, shift }: Sample, terms: Terms): Tensor4D {
    if (this.options.network.styles[style] === photoStyle) return towardsPhoto(output, photo, terms);
    const shiftedPhoto = this.shifter.apply(photo, shift);
    const content = contentObjectives(this.recipe, this.network, shiftedPhoto);
    const shifted = this.shifter.apply(output, shift);
    const activations = this.network.forward(shifted, this.taps);
    const objectives = [
      // Grain and palette are not among the losses that are told: what a style is worth is strokes, and numbers stay comparable.
      ...(this.styles[style] ?? []).map((each) => (isPixelTap(each.tap) ? each : measured(each, terms.style))),
      ...content.map((objective) => measured(objective, terms.content)),
    ];
    const arrived = activations.backward(headOf(objectives)) ?? tf.zerosLike(shifted);
    const coloured = addPixelTaps(this.pixels, shifted, arrived, objectives);
    const gradient = this.shifter.adjoint(coloured, shift, output.shape);
    tf.dispose([shiftedPhoto, shifted, arrived, coloured]);
    for (const objective of content) objective.dispose();
    const total = addTotalVariation(output, gradient, this.recipe.totalVariation, (loss) => terms.variation.push(loss));
    gradient.dispose();
    return total;
  }
}

/** At this weight the photo's style pulls about as hard as a painting does. */
const photoWeight = 20;

/** The style that is none is learned from the pixels: mean squared difference. */
function towardsPhoto(output: Tensor4D, photo: Tensor4D, terms: Terms): Tensor4D {
  return tf.tidy(() => {
    const difference = tf.sub<Tensor4D>(output, photo);
    terms.content.push(tf.keep(tf.mul<tf.Scalar>(tf.mean(tf.square(difference)), photoWeight)));
    return tf.mul<Tensor4D>(difference, (2 * photoWeight) / output.size);
  });
}

interface Terms {
  readonly content: tf.Tensor[];
  readonly style: tf.Tensor[];
  readonly variation: tf.Tensor[];
}

/** The objective, with its loss always collected. */
const measured = (objective: Objective, into: tf.Tensor[]): Objective => ({
  ...objective,
  gradient: (features, gradient) => objective.gradient(features, gradient, (loss) => into.push(loss)),
});

async function readLosses(terms: Terms, pictures: number): Promise<Losses> {
  const total = async (losses: readonly tf.Tensor[]) => {
    const values = await Promise.all(losses.map((loss) => loss.data<'float32'>()));
    return values.reduce((sum, numbers) => numbers.reduce((all, value) => all + value, sum), 0) / pictures;
  };
  const [content, style, variation] = await Promise.all([
    total(terms.content),
    total(terms.style),
    total(terms.variation),
  ]);
  return { content, style, variation };
}

/** Takes the gradient's tensors; one array in the parameters' layout, one read. */
async function flatten(layout: Layout, gradient: ParameterGradient, style: number): Promise<Float32Array<ArrayBuffer>> {
  const parts = [
    ...gradient.filters,
    ...gradient.styles.map(({ scale }) => scale),
    ...gradient.styles.map(({ shift }) => shift),
  ];
  const flat = tf.tidy(() => tf.concat(parts.map((part) => tf.reshape(part, [part.size]))));
  tf.dispose(parts);
  const values = await flat.data<'float32'>();
  flat.dispose();
  const result = new Float32Array(layout.size);
  // Not all filters, or none, where only a style is trained: the last ones.
  const filters = values.length - 2 * layout.channels;
  result.set(values.subarray(0, filters), layout.styles.offset - filters);
  result.set(values.subarray(filters), layout.styles.offset + style * 2 * layout.channels);
  return result;
}
