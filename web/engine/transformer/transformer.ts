/**
 * A fast-style network with weights: paints in one pass, and is trained by the gradients of its parameters. Johnson
 * et al. 2016 with instance or batch norm, one style or many (stages.ts).
 */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../shared/errors';
import type { TransformerConfiguration } from '../../../shared/transformer';
import { positionGain } from '../kernels';
import { convolve, disposeFilter, type Filter, uploadFilter } from './convolution';
import { type ChannelStatistics, type ChannelStyle, statisticsOf } from './normalisation';
import { blendStyles, type Layout, layoutOf, type StyleVector, type TransformerParameters } from './parameters';
import {
  disposeChannels,
  disposeStatistics,
  disposeStyles,
  finish,
  one,
  partsAt,
  type Statistics,
  unfold,
} from './pass';
import { sideMultiple } from './stages';
import { TrainingPass } from './trainingPass';

type Tensor1D = tf.Tensor1D;
type Tensor4D = tf.Tensor4D;

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
   * @param canvas `[1, H, W, 3]`, RGB in 0..1, or `[1, H, W, 4]` with noise (noise.ts), sides multiples of `sideMultiple`; stays the caller's
   * @param shared statistics instead of the picture's own, so that tiles of one picture fit together
   * @returns `[1, H, W, 3]` in 0..1
   */
  paint(canvas: Tensor4D, vector: StyleVector, shared: Statistics | null = this.running): Tensor4D {
    return this.walk(canvas, vector, shared, disposeChannels);
  }

  /** What `paint` would normalise by; the caller's to free (`disposeStatistics`). */
  measure(canvas: Tensor4D, vector: StyleVector): Statistics {
    const measured: ChannelStatistics[] = [];
    this.walk(canvas, vector, null, (statistics) => measured.push(statistics)).dispose();
    return measured;
  }

  /**
   * A pass that can be walked back.
   * @param canvases a batch, all of one size; batch norm wants several, instance norm does not mind
   */
  train(canvases: readonly Tensor4D[], vector: StyleVector): TrainingPass {
    canvases.forEach(checkSides);
    const styles = this.styles(vector);
    return new TrainingPass(this.layout.stages, this.filters, styles, canvases, this.configuration.norm);
  }

  dispose(): void {
    this.filters.forEach(disposeFilter);
    if (this.running) disposeStatistics(this.running);
  }

  private upload(values: Float32Array, stage: number): Filter {
    return uploadFilter(values, one(this.layout.filters, stage).shape);
  }

  private walk(
    canvas: Tensor4D,
    vector: StyleVector,
    shared: Statistics | null,
    onOwn: (statistics: ChannelStatistics) => void,
  ): Tensor4D {
    checkSides(canvas);
    const styles = this.styles(vector);
    const output = vector.output && this.upload(vector.output, this.layout.filters.length - 1);
    const filters = output ? [...this.filters.slice(0, -1), output] : this.filters;
    const { picture, speckle } = unfold(canvas);
    let x = picture;
    let kept: Tensor4D | null = null;
    const notePeak = () => {
      this.peakBytes = Math.max(this.peakBytes, tf.memory().numBytes);
    };
    this.layout.stages.forEach((stage, i) => {
      if (stage.residual === 'open') kept = tf.clone(x);
      if (stage.speckled && speckle) x = positionGain(x, speckle);
      const { filter, style } = partsAt(i, filters, styles);
      const convolved = convolve(stage, x, filter, notePeak);
      notePeak();
      // What a residual block keeps of it lives on by its own name.
      x.dispose();
      const given = shared?.[i];
      const statistics = given ?? statisticsOf([convolved]);
      x = finish(stage, convolved, statistics, style, kept, true);
      notePeak();
      convolved.dispose();
      if (stage.residual === 'close') kept?.dispose();
      if (!given) onOwn(statistics);
    });
    disposeStyles(styles);
    speckle?.dispose();
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

function checkSides({ shape: [, height, width] }: Tensor4D): void {
  if (height % sideMultiple === 0 && width % sideMultiple === 0) return;
  throw new ReverieError('internal', `A ${width}×${height} picture's sides are no multiples of ${sideMultiple}.`);
}
