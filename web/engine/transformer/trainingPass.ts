/** A pass through a fast-style network that can be walked back to its parameters. */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../shared/errors';
import type { TransformerConfiguration } from '../../../shared/transformer';
import { convolve, convolveGradient, type Filter } from './convolution';
import { type ChannelStatistics, type ChannelStyle, normaliseGradient, statisticsOf } from './normalisation';
import { disposeStatistics, disposeStyles, finish, one, partsAt, unfold } from './pass';
import type { Stage } from './stages';

type Tensor4D = tf.Tensor4D;

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
  /** One per picture, or none. */
  private readonly speckles: readonly Tensor4D[];

  constructor(
    private readonly stages: readonly Stage[],
    private readonly filters: readonly Filter[],
    private readonly styles: readonly ChannelStyle[],
    canvases: readonly Tensor4D[],
    private readonly norm: TransformerConfiguration['norm'],
  ) {
    const unfolded = canvases.map(unfold);
    this.speckles = unfolded.flatMap(({ speckle }) => speckle ?? []);
    let inputs = unfolded.map(({ picture }) => picture);
    let kept: readonly Tensor4D[] = [];
    stages.forEach((stage, i) => {
      if (stage.residual === 'open') kept = inputs;
      if (this.isSpeckled(stage)) inputs = this.speckled(inputs);
      const { filter, style } = partsAt(i, filters, styles);
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
      const { filter, style } = partsAt(i, this.filters, this.styles);
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
      if (this.isSpeckled(stage)) {
        const before = this.speckled(dys);
        tf.dispose([...dys, ...step.inputs, ...this.speckles]);
        dys = before;
      }
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
      const own = i === 0 || this.isSpeckled(one(this.stages, i));
      tf.dispose([...(own ? inputs : []), ...convolved, ...outputs]);
      disposeStatistics(statistics);
    });
    if (this.steps.length > 0) {
      disposeStyles(this.styles);
      tf.dispose([...this.speckles]);
    }
    this.steps.length = 0;
  }

  private isSpeckled({ speckled }: Stage): boolean {
    return speckled === true && this.speckles.length > 0;
  }

  /** New tensors. */
  private speckled(pictures: readonly Tensor4D[]): Tensor4D[] {
    return pictures.map((picture, k) => tf.mul<Tensor4D>(picture, one(this.speckles, k)));
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
