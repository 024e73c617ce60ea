/** The training loop of a distillation, and its state as bytes. */
import * as v from 'valibot';
import type { Parameters } from '../../../web/engine/network/parameters';
import { type AdamArrays, adamStep, averaged, stepSize } from '../../../web/engine/train/adam';
import { checkpointSchema, finite, invalid, pack, readHeader, unpack } from '../../../web/engine/train/packing';
import { checkLosses, meanGradient, type OnStep, type Source, takeSteps } from '../../../web/engine/train/sources';
import type { DistillationGradient } from './gradient';
import { backboneLayoutOf } from './layout';
import { type BackboneSample, backboneSamplesOf } from './samples';
import { type BackboneOptions, parseBackboneOptions } from './schema';
import { filtersOf } from './weightNorm';

export interface BackboneState extends AdamArrays {
  readonly options: BackboneOptions;
  /** Steps taken. */
  readonly step: number;
  /** Running share of positions at which each channel of all convolutions fires. */
  readonly firing: Float32Array;
  /** One per lesson: mean variance of the teacher's channels. */
  readonly variances: readonly number[];
  /** One entry per step: share of variance left over, per lesson. */
  readonly losses: readonly (readonly number[])[];
}

/** @param values directions, gains, biases and heads to begin with (start.ts) */
export function startDistillation(
  options: BackboneOptions,
  values: Float32Array,
  variances: readonly number[],
): BackboneState {
  const { channels } = backboneLayoutOf(options);
  return {
    options,
    variances,
    step: 0,
    losses: [],
    values: values.slice(),
    first: new Float32Array(values.length),
    second: new Float32Array(values.length),
    average: new Float32Array(values.length),
    // Nobody is silent before anybody was heard.
    firing: new Float32Array(channels).fill(0.5),
  };
}

/** The network as it stands, by the averaged parameters; still to be levelled (level.ts). */
export const taughtParameters = (state: BackboneState): Parameters =>
  filtersOf(backboneLayoutOf(state.options), averaged(state, state.step, state.options.optimiser));

/**
 * @param photos how many the sources have
 * @throws ReverieError `numeric-failure` when a gradient is no number: the state before is as it was
 */
export const distil = (
  start: BackboneState,
  photos: number,
  sources: readonly Source<BackboneSample, DistillationGradient>[],
  { onStep }: { readonly onStep: OnStep<BackboneState> },
): Promise<BackboneState> =>
  takeSteps(
    start,
    sources,
    ({ options, step }) => backboneSamplesOf(options, photos, step).map((sample) => [sample]),
    takeStep,
    onStep,
  );

function takeStep(state: BackboneState, parts: readonly DistillationGradient[]): BackboneState {
  const { options, step } = state;
  const losses = state.variances.map((_, i) =>
    parts.reduce((sum, part) => sum + (part.losses[i] ?? 0) / parts.length, 0),
  );
  checkLosses(step, losses);
  const pulls = pullsOf(state);
  const mean = meanGradient(parts);
  const gradientAt = (i: number) => mean(i) - (pulls.get(i) ?? 0);
  adamStep(state, gradientAt, options.optimiser, { rate: stepSize(options, step), step });
  return { ...state, step: step + 1, firing: firingAfter(state, parts), losses: [...state.losses, losses] };
}

/** A channel that fires at fewer positions than this share is silent. */
export const silentBelow = 0.005;

/** About as much as a lesson pulls at a bias that matters; Adam makes a whole step of it where nothing else pulls. */
const pull = 1e-3;

/**
 * A channel that has fallen silent has no gradient left, and would stay so: its bias is drawn up until it fires again.
 * @returns by index into the values
 */
function pullsOf({ options, firing }: BackboneState): ReadonlyMap<number, number> {
  const pulls = new Map<number, number>();
  let channel = 0;
  for (const { bias } of backboneLayoutOf(options).convolutions) {
    for (let c = 0; c < bias.size; c++, channel++) {
      if ((firing[channel] ?? 1) < silentBelow) pulls.set(bias.offset + c, pull);
    }
  }
  return pulls;
}

/** Over about so many steps. */
const firingMemory = 0.95;

function firingAfter({ firing, step }: BackboneState, parts: readonly DistillationGradient[]): Float32Array {
  return firing.map((before, c) => {
    const now = parts.reduce((sum, part) => sum + (part.firing[c] ?? 0), 0) / parts.length;
    if (Number.isNaN(now)) return before;
    return step === 0 ? now : firingMemory * before + (1 - firingMemory) * now;
  });
}

const format = 'reverie-distillation/1';
const headerSchema = v.strictObject({
  ...checkpointSchema(format, v.array(finite)).entries,
  variances: v.array(finite),
});

/** As one run of bytes (packing.ts). */
export function encodeDistillation(state: BackboneState): Uint8Array<ArrayBuffer> {
  const { options, step, variances, losses, values, first, second, average, firing } = state;
  return pack({ format, options, step, variances, losses }, [values, first, second, average, firing]);
}

/** @throws ReverieError `training-file-invalid` for anything that `encodeDistillation` did not write, or not all of it. */
export function decodeDistillation(bytes: Uint8Array): BackboneState {
  const [{ step, variances, losses, ...header }, end] = readHeader(bytes, headerSchema);
  const options = parseBackboneOptions(header.options);
  const { size, channels, heads } = backboneLayoutOf(options);
  if (variances.length !== heads.length) throw invalid('it is not whole');
  const [values, first, second, average, firing] = unpack(bytes, end, [size, size, size, size, channels]);
  return { options, step, variances, losses, values, first, second, average, firing };
}
