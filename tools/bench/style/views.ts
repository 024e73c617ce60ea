/** How the picture is looked at, step by step: the shifts of a run, drawn as a style transfer draws them. */
import type { StyleRecipe } from '../../../shared/recipe';
import { randomGenerator } from '../../../web/engine/images/random';
import { type Shift, shiftsUpTo } from '../../../web/engine/optimise/shift';
import { alignments } from '../../../web/engine/techniques/style/views';

export interface Views {
  readonly shifts: readonly Shift[];
  /** Which of them the next step takes. */
  next(): number;
}

/** The same for every contender: same seed, same shifts, same order. */
export function drawViews({ jitter, seed }: Pick<StyleRecipe, 'jitter' | 'seed'>): Views {
  const random = randomGenerator(seed);
  const shifts = shiftsUpTo(jitter, alignments, random);
  return { shifts, next: () => Math.floor(random() * shifts.length) };
}
