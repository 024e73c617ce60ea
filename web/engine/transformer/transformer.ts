/**
 * A fast-style network with weights: paints in one pass, and is trained by the gradients of its parameters. Johnson
 * et al. 2016 with instance or batch norm, one style or many (stages.ts).
 */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../shared/errors';
import type { TransformerConfiguration } from '../../../shared/transformer';
import { convolve, convolveGradient, disposeFilter, type Filter, uploadFilter } from './convolution';
import { type ChannelStatistics, type ChannelStyle, normalise, normaliseGradient, statisticsOf } from './normalisation';
import { blendStyles, type Layout, layoutOf, type StyleVector, type TransformerParameters } from './parameters';
import { type Stage, sideMultiple } from './stages';

type Tensor1D = tf.Tensor1D;
type Tensor4D = tf.Tensor4D;

/** Mean and variance at every stage, on the device: a picture's own, or those shared by its tiles. */
export type Statistics = readonly ChannelStatistics[];

const disposeChannels = ({ mean, variance }: ChannelStatistics): void => tf.dispose([mean, variance]);

export const disposeStatistics = (statistics: Statistics): void => statistics.forEach(disposeChannels);

export class Transformer {
  readonly layout: Layout;
  /** Bytes of tensors at the peak of the passes so far. */
  peakBytes = 0;
  private readonly filters: readonly Filter[];
  /** Batch norm's running statistics; null with instance norm. */
  private readonly running: Statistics | null;

  /** Uploads the parameters to the active backend. */
  constructor(
    readonly configuration: TransformerConfiguration,
    private readonly parameters: TransformerParameters,
  ) {
    this.layout = layoutOf(configuration);
    const { values, running } = parameters;
    this.filters = this.layout.filters.map(({ offset, size }, i) =>
      this.upload(values.subarray(offset, offset + size), i),
    );
    this.running = running && this.perStage(running).map(([mean, variance]) => ({ mean, variance }));
  }

  /**
   * The network's styles mixed by these weights.
   * @param more styles that are not the network's, as `blendStyles` takes them; their weights are the last
   * @throws ReverieError `recipe-invalid`
   */
  blend(weights: readonly number[], more: readonly Float32Array[] = []): StyleVector {
    return blendStyles(this.layout, this.parameters.values, weights, more);
  }

  /**
   * One pass.
   * @param image `[1, H, W, 3]`, RGB in 0..1, sides multiples of `sideMultiple`; stays the caller's
   * @param shared statistics instead of the picture's own, so that tiles of one picture fit together
   * @returns `[1, H, W, 3]` in 0..1
   */
  paint(image: Tensor4D, vector: StyleVector, shared: Statistics | null = this.running): Tensor4D {
    return this.walk(image, vector, shared, disposeChannels);
  }

  /** What `paint` would normalise by; the caller's to free (`disposeStatistics`). */
  measure(image: Tensor4D, vector: StyleVector): Statistics {
    const measured: ChannelStatistics[] = [];
    this.walk(image, vector, null, (statistics) => measured.push(statistics)).dispose();
    return measured;
  }

  /**
   * A pass that can be walked back.
   * @param images a batch, all of one size; batch norm wants several, instance norm does not mind
   */
  train(images: readonly Tensor4D[], vector: StyleVector): TrainingPass {
    images.forEach(checkSides);
    const styles = this.styles(vector);
    return new TrainingPass(this.layout.stages, this.filters, styles, images, this.configuration.norm);
  }

  dispose(): void {
    this.filters.forEach(disposeFilter);
    if (this.running) disposeStatistics(this.running);
  }

  private upload(values: Float32Array, stage: number): Filter {
    return uploadFilter(values, one(this.layout.filters, stage).shape);
  }

  private walk(
    image: Tensor4D,
    vector: StyleVector,
    shared: Statistics | null,
    onOwn: (statistics: ChannelStatistics) => void,
  ): Tensor4D {
    checkSides(image);
    const styles = this.styles(vector);
    const output = vector.output && this.upload(vector.output, this.layout.filters.length - 1);
    const filters = output ? [...this.filters.slice(0, -1), output] : this.filters;
    let x = tf.clone(image);
    let kept: Tensor4D | null = null;
    const notePeak = () => {
      this.peakBytes = Math.max(this.peakBytes, tf.memory().numBytes);
    };
    this.layout.stages.forEach((stage, i) => {
      if (stage.residual === 'open') kept = tf.clone(x);
      const { filter, style } = at(i, filters, styles);
      const convolved = convolve(stage, x, filter, notePeak);
      notePeak();
      // What a residual block keeps of it lives on by its own name.
      x.dispose();
      const given = shared?.[i];
      const statistics = given ?? statisticsOf([convolved]);
      x = finish(stage, convolved, statistics, style, kept);
      notePeak();
      convolved.dispose();
      if (stage.residual === 'close') kept?.dispose();
      if (!given) onOwn(statistics);
    });
    disposeStyles(styles);
    if (output) disposeFilter(output);
    return x;
  }

  private styles({ scale, shift }: StyleVector): ChannelStyle[] {
    const both = new Float32Array(2 * this.layout.channels);
    both.set(scale);
    both.set(shift, this.layout.channels);
    return this.perStage(both).map(([scales, shifts]) => ({ scale: scales, shift: shifts }));
  }

  /** `[2, channels]` as a pair of tensors per stage. */
  private perStage(values: Float32Array): [Tensor1D, Tensor1D][] {
    let offset = 0;
    return this.layout.stages.map(({ channels: [, size] }) => {
      const from = offset;
      offset += size;
      const row = (start: number) => tf.tensor1d(values.slice(start + from, start + from + size));
      return [row(0), row(this.layout.channels)];
    });
  }
}

interface Step {
  readonly inputs: readonly Tensor4D[];
  readonly convolved: readonly Tensor4D[];
  /** One entry per picture; with batch norm all the same. */
  readonly statistics: readonly ChannelStatistics[];
  readonly outputs: readonly Tensor4D[];
}

/** The gradients of one pass, on the device. */
export interface ParameterGradient {
  /** One per stage from the first that was asked for. */
  readonly filters: readonly Tensor4D[];
  /** Per stage: of the style that was painted with. */
  readonly styles: readonly ChannelStyle[];
}

/** What a training pass left on the device: walked back once, or thrown away. */
export class TrainingPass {
  private readonly steps: Step[] = [];

  constructor(
    private readonly stages: readonly Stage[],
    private readonly filters: readonly Filter[],
    private readonly styles: readonly ChannelStyle[],
    images: readonly Tensor4D[],
    private readonly norm: TransformerConfiguration['norm'],
  ) {
    let inputs = images.map((image) => tf.clone(image));
    let kept: readonly Tensor4D[] = [];
    stages.forEach((stage, i) => {
      if (stage.residual === 'open') kept = inputs;
      const { filter, style } = at(i, filters, styles);
      const convolved = inputs.map((x) => convolve(stage, x, filter));
      const statistics = norm === 'instance' ? convolved.map((z) => statisticsOf([z])) : shareOne(convolved);
      const outputs = convolved.map((z, k) => {
        return finish(stage, z, one(statistics, k), style, kept[k] ?? null);
      });
      this.steps.push({ inputs, convolved, statistics, outputs });
      inputs = outputs;
    });
  }

  /** `[1, H, W, 3]` in 0..1, one per picture of the batch; they belong to this object. */
  get outputs(): readonly Tensor4D[] {
    return this.steps.at(-1)?.outputs ?? [];
  }

  /** Mean and variance of every normalised channel over the batch, `[2, channels]`: for batch norm's running average. */
  async batchStatistics(): Promise<Float32Array> {
    const both = tf.tidy(() => {
      const merged = this.steps.map(({ convolved }) => statisticsOf(convolved));
      return tf.concat([...merged.map(({ mean }) => mean), ...merged.map(({ variance }) => variance)]);
    });
    const values = (await both.data()) as Float32Array;
    both.dispose();
    return values;
  }

  /**
   * Walks back; afterwards this object is empty.
   * @param gradients at the outputs, one per picture; stay the caller's
   * @param filtersFrom the first stage whose filter's gradient is wanted; without any a pass is a sixth shorter
   * @returns new tensors
   */
  backward(gradients: readonly Tensor4D[], filtersFrom = 0): ParameterGradient {
    const filterGradients: Tensor4D[] = [];
    const styleGradients: ChannelStyle[] = [];
    let dys = gradients.map((gradient) => tf.clone(gradient));
    let skipped: readonly Tensor4D[] = [];
    for (let i = this.stages.length - 1; i >= 0; i--) {
      const stage = this.stages[i];
      const step = this.steps.pop();
      if (!stage || !step) throw new ReverieError('internal', 'A training pass was walked back twice.');
      const { filter, style } = at(i, this.filters, this.styles);
      if (stage.residual === 'close') skipped = dys.map((dy) => tf.clone(dy));
      const masked = dys.map((dy, k) => activateGradient(stage, one(step.outputs, k), dy));
      tf.dispose(dys);
      const normal = this.normaliseBack(step, masked, style);
      tf.dispose(masked);
      const back = normal.inputs.map((dz, k) =>
        convolveGradient(stage, one(step.inputs, k), dz, filter, { input: i > 0, filter: i >= filtersFrom }),
      );
      tf.dispose([...normal.inputs, ...step.convolved, ...step.outputs]);
      disposeStatistics(step.statistics);
      if (i >= filtersFrom) filterGradients.unshift(sum(back.flatMap((gradient) => gradient.filter ?? [])));
      styleGradients.unshift({ scale: normal.scale, shift: normal.shift });
      dys = back.flatMap(({ input }) => (input ? [input] : []));
      if (stage.residual === 'open') {
        const added = dys.map((dy, k) => tf.add<Tensor4D>(dy, one(skipped, k)));
        tf.dispose([...dys, ...skipped]);
        dys = added;
      }
      if (i === 0) tf.dispose([...step.inputs]);
    }
    disposeStyles(this.styles);
    return { filters: filterGradients, styles: styleGradients };
  }

  dispose(): void {
    this.steps.forEach(({ inputs, convolved, outputs, statistics }, i) => {
      tf.dispose([...(i === 0 ? inputs : []), ...convolved, ...outputs]);
      disposeStatistics(statistics);
    });
    if (this.steps.length > 0) disposeStyles(this.styles);
    this.steps.length = 0;
  }

  private normaliseBack({ convolved, statistics }: Step, dys: readonly Tensor4D[], style: ChannelStyle) {
    if (this.norm === 'batch') return normaliseGradient(convolved, dys, one(statistics, 0), style);
    const each = convolved.map((z, k) => normaliseGradient([z], [one(dys, k)], one(statistics, k), style));
    return {
      inputs: each.flatMap(({ inputs }) => inputs),
      scale: sum(each.map(({ scale }) => scale)),
      shift: sum(each.map(({ shift }) => shift)),
    };
  }
}

/** From a stage's convolution to its output, a new tensor: normalised, a residual block's input added, activated. */
function finish(
  { activation, residual }: Stage,
  convolved: Tensor4D,
  statistics: ChannelStatistics,
  style: ChannelStyle,
  kept: Tensor4D | null,
): Tensor4D {
  const after = { added: residual === 'close' ? kept : null, relu: activation === 'relu' };
  const normal = normalise(convolved, statistics, style, after);
  if (activation !== 'sigmoid') return normal;
  const y = tf.sigmoid(normal);
  normal.dispose();
  return y;
}

/** A new tensor. */
function activateGradient({ activation }: Stage, y: Tensor4D, dy: Tensor4D): Tensor4D {
  return tf.tidy(() => {
    if (activation === 'relu') return tf.mul<Tensor4D>(dy, tf.step(y));
    return activation === 'sigmoid' ? tf.mul<Tensor4D>(dy, tf.mul(y, tf.sub(1, y))) : tf.clone(dy);
  });
}

/** Batch norm: one for all, listed for each so that it is freed once. */
const shareOne = (convolved: readonly Tensor4D[]): ChannelStatistics[] => {
  const shared = statisticsOf(convolved);
  return convolved.map((_, k) =>
    k === 0 ? shared : { mean: tf.clone(shared.mean), variance: tf.clone(shared.variance) },
  );
};

/** Takes the tensors; a new one. */
function sum<T extends tf.Tensor>(tensors: readonly T[]): T {
  const total = tf.tidy(() => tensors.reduce((running, tensor) => tf.add(running, tensor) as T));
  if (tensors.length > 1) tf.dispose([...tensors]);
  return total;
}

const disposeStyles = (styles: readonly ChannelStyle[]): void => {
  for (const { scale, shift } of styles) tf.dispose([scale, shift]);
};

function one<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new ReverieError('internal', `A batch has no picture ${index}.`);
  return value;
}

const at = (stage: number, filters: readonly Filter[], styles: readonly ChannelStyle[]) => ({
  filter: one(filters, stage),
  style: one(styles, stage),
});

function checkSides({ shape: [, height, width] }: Tensor4D): void {
  if (height % sideMultiple === 0 && width % sideMultiple === 0) return;
  throw new ReverieError('internal', `A ${width}×${height} picture's sides are no multiples of ${sideMultiple}.`);
}
