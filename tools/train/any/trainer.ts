/** The training loop of a network that paints in any style, and its state as one run of bytes (packing.ts). */
import * as v from 'valibot';
import { ReverieError } from '../../../shared/errors';
import { type AdamArrays, adamStep, averaged, stepSize } from '../../../web/engine/train/adam';
import { headerOf, invalid, pack, unpack } from '../../../web/engine/train/packing';
import { gatherGradients, type Source } from '../../../web/engine/train/sources';
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
 * Takes steps until the options' are used up or `onStep` says stop.
 * @param counts how many photos and paintings the sources have
 * @returns the last state; the arrays of the state handed in may have been written to
 * @throws ReverieError `numeric-failure` when a loss is no number: the state before is as it was
 */
export async function trainAny(
  start: AnyState,
  counts: Counts,
  sources: readonly Source<AnySample, AnyGradient>[],
  onStep: (state: AnyState) => Promise<boolean> | boolean,
): Promise<AnyState> {
  let state = start;
  while (state.step < state.options.steps) {
    const groups = anySamplesOf(state.options, counts, state.step).map((sample) => [sample]);
    state = takeStep(state, await gatherGradients(sources, { values: state.values, running: null }, groups));
    if (!(await onStep(state))) break;
  }
  return state;
}

function takeStep(state: AnyState, parts: readonly AnyGradient[]): AnyState {
  const { options, step } = state;
  const share = 1 / parts.length;
  const mean = (term: keyof AnyLosses) => parts.reduce((sum, { losses }) => sum + share * losses[term], 0);
  const losses = { content: mean('content'), style: mean('style'), identity: mean('identity') };
  if (!Object.values(losses).every(Number.isFinite)) {
    throw new ReverieError(
      'numeric-failure',
      `Step ${step + 1} of the training is not a number. Try a smaller step size.`,
    );
  }
  const gradientAt = (i: number) => parts.reduce((sum, { gradient }) => sum + share * (gradient[i] ?? 0), 0);
  adamStep(state, gradientAt, options.optimiser, { rate: stepSize(options, step), step });
  return { ...state, step: step + 1, losses: [...state.losses, losses] };
}

const format = 'reverie-any/1';

const finite = v.pipe(v.number(), v.finite());
const headerSchema = v.strictObject({
  format: v.literal(format),
  options: v.unknown(),
  step: v.pipe(v.number(), v.integer(), v.minValue(0)),
  losses: v.array(v.strictObject({ content: finite, style: finite, identity: finite })),
});

export const encodeAny = ({ options, step, losses, values, first, second, average }: AnyState) =>
  pack({ format, options, step, losses }, [values, first, second, average]);

/** @throws ReverieError `training-file-invalid` for anything that `encodeAny` did not write, or not all of it. */
export function decodeAny(bytes: Uint8Array): AnyState {
  const { header, end } = headerOf(bytes);
  const parsed = v.safeParse(headerSchema, header);
  if (!parsed.success) throw invalid('it is not one');
  const { options, step, losses } = parsed.output;
  const { size } = anyLayout;
  const [values, first, second, average] = unpack(bytes, end, [size, size, size, size]);
  if (!values || !first || !second || !average) throw invalid('it is not whole');
  return { options: parseAnyOptions(options), step, losses, values, first, second, average };
}
