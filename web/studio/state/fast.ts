/** The instant styles: painting again as soon as a choice changes, and going on from there. */
import { effect } from '@preact/signals';
import type { FastRecipe } from '../../../shared/recipe';
import { chooseFast } from './fastChoice';
import { photo } from './photo';
import { chooseTechnique, edit as editStyle, recipes, technique } from './recipe';
import { busy, cancel, paint, painting, runTechnique } from './run';
import { startFrom } from './start';
import { openingPreset } from './styles';

/** A slider that is dragged paints once it rests, milliseconds. */
const restMs = 120;

/**
 * There is always a style, from the beginning; and once something was painted at once, every change
 * paints again: the run under way is cancelled, and only the latest choice is carried out.
 * @returns stop.
 */
export function followFast(): () => void {
  const stopChoosing = effect(() => {
    const opening = openingPreset();
    if (opening && recipes.value.fast.styles.length === 0) chooseFast(opening.id);
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let painted: FastRecipe | null = null;
  const stopPainting = effect(() => {
    const wanted = recipes.value.fast;
    const idle = !busy.value;
    const mine = technique.value === 'fast' && photo.value !== null;
    const shown = painting.value?.technique === 'fast' || (!idle && runTechnique.value === 'fast');
    clearTimeout(timer);
    if (!mine || !shown) {
      painted = wanted;
      return;
    }
    painted ??= wanted;
    if (sameLook(wanted, painted)) return;
    if (!idle) {
      // The next effect runs when it has ended.
      if (runTechnique.value === 'fast') timer = setTimeout(cancel, restMs);
      return;
    }
    timer = setTimeout(() => {
      painted = wanted;
      void paint();
    }, restMs);
  });
  return () => {
    clearTimeout(timer);
    stopChoosing();
    stopPainting();
  };
}

const look = ({ styles, strength, size, seed }: FastRecipe) => JSON.stringify([styles, strength, size, seed]);
const sameLook = (a: FastRecipe, b: FastRecipe) => look(a) === look(b);

/** Fast first, fine after: the painting that is there is where the optimisation begins, with the same styles. */
export function refine(): void {
  const done = painting.value;
  const made = done?.record?.recipe;
  if (!done || made?.technique !== 'fast') return;
  const styles = made.styles.map(({ style, weight }) => ({ preset: style, weight }));
  editStyle({ styles, size: made.size });
  startFrom(done.pixels);
  chooseTechnique('style');
  void paint();
}
