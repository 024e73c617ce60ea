/** The training loop of a network that paints in any style, and its state as one run of bytes (packing.ts). */
import * as v from 'valibot';
import { type AdamArrays, adamStep, averaged, stepSize } from '../../../web/engine/train/adam';
import { checkpointSchema, finite, pack, readHeader, unpack } from '../../../web/engine/train/packing';
import { checkLosses, meanGradient, type OnStep, type Source, takeSteps } from '../../../web/engine/train/sources';
import { anyLayout, initialAny } from '../../../web/engine/transformer/any/parameters';
import type { AnyGradient, AnyLosses } from './gradient';
import { type AnySample, anySamplesOf, type Counts } from './samples';
import { type AnyOptions, parseAnyOptions } from './schema';

export interface AnyState extends AdamArrays {
  readonly options: AnyOptions;
  /** Steps taken. */
  readonly step: number;
  /** One entry per step. */
  readonly losses: readonly AnyLosses[];
}

/** @param from numbers to begin with, for example a shipped network's; seeded noise when absent */
export function startAny(options: AnyOptions, from: Float32Array = initialAny(options.seed)): AnyState {
  const empty = () => new Float32Array(from.length);
  return { options, step: 0, losses: [], values: from.slice(), first: empty(), second: empty(), average: empty() };
}

/** The network as it stands, by the averaged numbers. */
export const trainedAny = (state: AnyState): Float32Array => averaged(state, state.step, state.options.optimiser);

/**
 * @param counts how many photos and paintings the sources have
 * @throws ReverieError `numeric-failure` when a loss is no number: the state before is as it was
 */
export const trainAny = (
  start: AnyState,
  counts: Counts,
  sources: readonly Source<AnySample, AnyGradient>[],
  onStep: OnStep<AnyState>,
): Promise<AnyState> =>
  takeSteps(
    start,
    sources,
    ({ options, step }) => anySamplesOf(options, counts, step).map((sample) => [sample]),
    takeStep,
    onStep,
  );

function takeStep(state: AnyState, parts: readonly AnyGradient[]): AnyState {
  const { options, step } = state;
  const mean = (term: keyof AnyLosses) => parts.reduce((sum, { losses }) => sum + losses[term] / parts.length, 0);
  const losses = { content: mean('content'), style: mean('style'), identity: mean('identity') };
  checkLosses(step, Object.values(losses));
  adamStep(state, meanGradient(parts), options.optimiser, { rate: stepSize(options, step), step });
  return { ...state, step: step + 1, losses: [...state.losses, losses] };
}

const format = 'reverie-any/1';
const headerSchema = checkpointSchema(format, v.strictObject({ content: finite, style: finite, identity: finite }));

export const encodeAny = ({ options, step, losses, values, first, second, average }: AnyState) =>
  pack({ format, options, step, losses }, [values, first, second, average]);

/** @throws ReverieError `training-file-invalid` for anything that `encodeAny` did not write, or not all of it. */
export function decodeAny(bytes: Uint8Array): AnyState {
  const [{ step, losses, ...header }, end] = readHeader(bytes, headerSchema);
  const { size } = anyLayout;
  const [values, first, second, average] = unpack(bytes, end, [size, size, size, size]);
  return { options: parseAnyOptions(header.options), step, losses, values, first, second, average };
}
