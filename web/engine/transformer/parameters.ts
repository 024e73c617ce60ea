/**
 * A fast-style network's parameters as one flat array: the shared filters, then every style's scales and shifts. One
 * array is what Adam steps on, what a checkpoint stores and what threads exchange.
 */
import { ReverieError } from '../../../shared/errors';
import type { TrainedPart } from '../../../shared/ownStyle';
import { photoStyle, type TransformerConfiguration } from '../../../shared/transformer';
import { normalNoise, randomGenerator } from '../images/random';
import { type Parameter, type Parameters, parameterOf } from '../network/parameters';
import { normalisedChannels, type Stage, stagesOf } from './stages';

export interface Slot {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly size: number;
}

/** What a network paints a style by. */
export interface StyleVector {
  /** Scale and shift per normalised channel, all stages in a row. */
  readonly scale: Float32Array;
  readonly shift: Float32Array;
  /** The last filter, where one of its own was learned for a style; null: the network's. */
  readonly output: Float32Array | null;
}

export interface Layout {
  readonly stages: readonly Stage[];
  /** One filter per stage, in order; `[kh, kw, in, out]`, that of a transposed convolution as its adjoint has it. */
  readonly filters: readonly Slot[];
  /** `[styles, 2, channels]`: scales, then shifts. */
  readonly styles: Slot;
  readonly channels: number;
  /** Numbers in all. */
  readonly size: number;
}

/** Gives out slots of one flat array, one behind the other. */
export function slotsInARow(): { slot(name: string, shape: readonly number[]): Slot; total(): number } {
  let offset = 0;
  return {
    slot: (name, shape) => {
      const size = shape.reduce((product, side) => product * side, 1);
      offset += size;
      return { name, shape, offset: offset - size, size };
    },
    total: () => offset,
  };
}

export function layoutOf(configuration: TransformerConfiguration): Layout {
  const stages = stagesOf(configuration);
  const { slot, total } = slotsInARow();
  const filters = stages.map(({ name, kernel, channels: [input, output], up }) =>
    slot(`${name}.weight`, [...kernel, ...(up === 'transposed' ? [output, input] : [input, output])]),
  );
  const channels = normalisedChannels(stages);
  return {
    stages,
    filters,
    styles: slot('styles', [configuration.styles.length, 2, channels]),
    channels,
    size: total(),
  };
}

/** Where the last filter begins, and with it what a style may have of its own. */
export const outputOffset = ({ filters, styles }: Layout): number => filters.at(-1)?.offset ?? styles.offset;

interface Trained {
  readonly network: TransformerConfiguration;
  readonly trains: TrainedPart;
}

/** Where the parameters begin that move; the last filter and the styles' are the last (transformer/parameters.ts). */
export function movesFrom({ network, trains }: Trained): number {
  if (trains === 'all') return 0;
  const layout = layoutOf(network);
  return trains === 'output' ? outputOffset(layout) : layout.styles.offset;
}

/** The new style's name within its training. */
const ownStyle = 'own';

/** The styles that a network trained for one style has: with all filters moving, the photo's must be kept up. */
export const ownStyles = (trains: TrainedPart, id: string = ownStyle): string[] =>
  trains === 'all' ? [id, photoStyle] : [id];

/** How many numbers a style is, on a network of this configuration. */
export function numbersOf({ trains }: Pick<Trained, 'trains'>, configuration: TransformerConfiguration): number {
  const network = { ...configuration, styles: ownStyles(trains) };
  return layoutOf(network).size - movesFrom({ network, trains });
}

/** The running mean and variance of every normalised channel, which a batch-normalised network paints with. */
export const runningShape = ({ channels }: Layout): readonly [2, number] => [2, channels];
export const runningName = 'running';

/** Where a trained network stands: what is shared and what is per style, and batch norm's running statistics. */
export interface TransformerParameters {
  readonly values: Float32Array;
  /** `[2, channels]`; null with instance norm. */
  readonly running: Float32Array | null;
}

/** He et al. 2015 for the filters; scales 1, shifts 0. Seeded: the same start on every machine. */
export function initialParameters(configuration: TransformerConfiguration, seed: number): TransformerParameters {
  const layout = layoutOf(configuration);
  const random = randomGenerator(seed);
  const values = new Float32Array(layout.size);
  for (const [i, { offset, size }] of layout.filters.entries()) {
    const stage = layout.stages[i];
    if (!stage) continue;
    const fan = stage.kernel[0] * stage.kernel[1] * stage.channels[0];
    const deviation = Math.sqrt(2 / fan);
    values.set(
      normalNoise(size, random).map((value) => value * deviation),
      offset,
    );
  }
  for (let style = 0; style < configuration.styles.length; style++) {
    const at = layout.styles.offset + style * 2 * layout.channels;
    values.fill(1, at, at + layout.channels);
  }
  const running = configuration.norm === 'batch' ? new Float32Array(2 * layout.channels) : null;
  running?.fill(1, layout.channels);
  return { values, running };
}

/**
 * The parameters of a weights file in one array.
 * @throws ReverieError `weights-invalid` when one is missing or has another shape.
 */
export function gatherParameters(
  configuration: TransformerConfiguration,
  parameters: Parameters,
): TransformerParameters {
  const layout = layoutOf(configuration);
  const values = new Float32Array(layout.size);
  for (const { name, shape, offset } of [...layout.filters, layout.styles]) {
    values.set(parameterOf(parameters, name, shape), offset);
  }
  const running = configuration.norm === 'batch' ? parameterOf(parameters, runningName, runningShape(layout)) : null;
  return { values, running };
}

/** The way back: tensors by name, for a weights file. */
export function scatterParameters(
  configuration: TransformerConfiguration,
  { values, running }: TransformerParameters,
): Map<string, Parameter> {
  const layout = layoutOf(configuration);
  const named = new Map(
    [...layout.filters, layout.styles].map(({ name, shape, offset, size }): [string, Parameter] => [
      name,
      { shape, values: values.slice(offset, offset + size) },
    ]),
  );
  if (running) named.set(runningName, { shape: runningShape(layout), values: running });
  return named;
}

/**
 * The styles mixed: scales and shifts, and last filters where some have their own, are averaged with the weights, which
 * need not sum to 1.
 * @param more styles beside the layout's own: `[2, channels]` each, behind a last filter of their own if they have one
 * @throws ReverieError `recipe-invalid` when a weight is negative, none is above 0, or the number of weights is wrong.
 */
export function blendStyles(
  layout: Layout,
  values: Float32Array,
  weights: readonly number[],
  more: readonly Float32Array[] = [],
): StyleVector {
  const { styles, channels } = layout;
  const known = styles.shape[0] ?? 0;
  const count = known + more.length;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (weights.length !== count || weights.some((weight) => !(weight >= 0)) || !(total > 0)) {
    throw new ReverieError(
      'recipe-invalid',
      `The network has ${count} styles: give each a weight, one of them above 0.`,
    );
  }
  const size = 2 * channels;
  const shared = values.subarray(outputOffset(layout), styles.offset);
  const parts = weights.map((weight, style) => {
    const own = more[style - known];
    const at = styles.offset + style * size;
    return {
      share: weight / total,
      vector: own ? own.subarray(own.length - size) : values.subarray(at, at + size),
      output: own && own.length > size ? own.subarray(0, -size) : shared,
    };
  });
  const mixed = weighedMean(parts.map(({ share, vector }) => ({ share, values: vector })));
  const sharedBy = parts.every(({ share, output }) => share === 0 || output === shared);
  return {
    scale: mixed.subarray(0, channels),
    shift: mixed.subarray(channels),
    output: sharedBy ? null : weighedMean(parts.map(({ share, output }) => ({ share, values: output }))),
  };
}

function weighedMean(parts: readonly { readonly share: number; readonly values: Float32Array }[]): Float32Array {
  const mean = new Float32Array(parts[0]?.values.length ?? 0);
  for (const { share, values } of parts) {
    for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] ?? 0) + (values[i] ?? 0) * share;
  }
  return mean;
}
