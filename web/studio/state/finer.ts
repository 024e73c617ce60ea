/**
 * Finer: the optimisation goes on from exactly the picture that hangs, at its size. What one pass painted is taken over by the
 * slow painter with the controls' own settings; what that one painted goes on as it was.
 */
import { computed } from '@preact/signals';
import { continueRecipe } from '../../../shared/recipe/continue';
import { techniqueOf } from '../../../shared/techniques';
import type { StyleRecipe } from '../../../shared/techniques/style/schema';
import { busy } from '../../page/run/drive';
import { lacksLook } from './ownPaintings';
import { asTaken, recipe, styleRecipe, tab, tabOf, technique } from './recipe';
import { type Once, painting } from './run';
import { sketches } from './sketch';

/** What would be run; null where nothing can go on from what hangs, or another tab is open. */
export const finer = computed<(Once & { readonly steps: number }) | null>(() => {
  const done = painting.value;
  // As it was asked for: its record may name the statistics of a painting alone.
  const made = done?.record && done.recipe;
  if (!made || busy.value || !sketches.value || tabOf(made.technique) !== tab.value) return null;
  const slow = slowOf(made);
  if (!slow || slow.styles.some(lacksLook)) return null;
  const steps = slow.schedule.firstSteps;
  return { recipe: continueRecipe(slow, steps), start: done.pixels, steps };
});

/** The slow painter's recipe behind a result. */
function slowOf(made: NonNullable<Once['recipe']>): StyleRecipe | null {
  const slow = styleRecipe.value;
  if (asTaken.value && !techniqueOf(recipe.value).onePass) return null;
  if (made.technique === slow.technique) return made as StyleRecipe;
  const fields = techniqueOf(made).refined?.(made);
  if (!fields) return null;
  // A loaded recipe of one pass says what is painted; the controls, how.
  const own = technique.value === slow.technique ? { size: made.size } : (fields as Partial<StyleRecipe>);
  return { ...slow, ...own };
}
