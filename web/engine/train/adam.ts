/** Adam on flat arrays, on the host: what every training steps by, with its options. */
import * as v from 'valibot';
import { limits } from '../../../shared/limits';
import { finite, integer } from '../../../shared/techniques/pieces';

export interface AdamOptions {
  /** Falls to nothing on a cosine over the steps (Loshchilov & Hutter 2017), after `warmUp` steps of rising. */
  readonly stepSize: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Decay of the average of the parameters, which is what is kept; bias-corrected. */
  readonly averaging: number;
  readonly warmUp: number;
}

/** Bounds of the options, as entries of a schema. */
export const adamFields = (defaults: AdamOptions) => ({
  stepSize: v.optional(finite(1e-7, 1), defaults.stepSize),
  beta1: v.optional(finite(0, 0.9999), defaults.beta1),
  beta2: v.optional(finite(0, 0.99999), defaults.beta2),
  epsilon: v.optional(finite(1e-12, 1), defaults.epsilon),
  averaging: v.optional(finite(0, 0.99999), defaults.averaging),
  warmUp: v.optional(integer(0, limits.train.maxSteps), defaults.warmUp),
});

export interface AdamArrays {
  readonly values: Float32Array;
  /** Moments of the gradient. */
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** Sum of past values, not yet bias-corrected. */
  readonly average: Float32Array;
}

/** Where in a training a step is. */
export interface Schedule {
  /** In all. */
  readonly steps: number;
  readonly optimiser: Pick<AdamOptions, 'stepSize' | 'warmUp'>;
}

/** Rises linearly over the warm-up, then falls on a cosine. */
export function stepSize({ steps, optimiser: { stepSize: top, warmUp } }: Schedule, step: number): number {
  const rising = Math.min(1, (step + 1) / Math.max(1, warmUp));
  return top * rising * 0.5 * (1 + Math.cos((Math.PI * step) / steps));
}

/**
 * Kingma & Ba 2015, algorithm 1, in place.
 * @param rate step size before bias correction
 * @param step taken before this one
 * @param gradientAt of the i-th value
 * @param from where the values begin that move; `gainAt` multiplies a value's steps
 */
export function adamStep(
  { values, first, second, average }: AdamArrays,
  gradientAt: (i: number) => number,
  { beta1, beta2, epsilon, averaging }: AdamOptions,
  {
    rate,
    step,
    gainAt = () => 1,
    from = 0,
  }: { rate: number; step: number; gainAt?: (i: number) => number; from?: number },
): void {
  const corrected = rate / (1 - beta1 ** (step + 1));
  const correction = 1 / (1 - beta2 ** (step + 1));
  for (let i = from; i < values.length; i++) {
    const gradient = gradientAt(i);
    const m = beta1 * (first[i] ?? 0) + (1 - beta1) * gradient;
    const s = beta2 * (second[i] ?? 0) + (1 - beta2) * gradient * gradient;
    first[i] = m;
    second[i] = s;
    const value = (values[i] ?? 0) - (corrected * gainAt(i) * m) / (Math.sqrt(s * correction) + epsilon);
    values[i] = value;
    average[i] = averaging * (average[i] ?? 0) + (1 - averaging) * value;
  }
}

/** The averaged values after `step` steps; as they are before the first, and where none moved. */
export function averaged(
  { values, average }: AdamArrays,
  step: number,
  { averaging }: Pick<AdamOptions, 'averaging'>,
  from = 0,
): Float32Array {
  if (step === 0) return values;
  const correction = 1 - averaging ** step;
  return average.map((value, i) => (i < from ? (values[i] ?? 0) : value / correction));
}
