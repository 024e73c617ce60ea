/** The fast styles: painting again as soon as a choice changes, and going on from there. */
import { effect } from '@preact/signals';
import { type Recipe, type TechniqueName, techniqueNamed, techniqueOf } from '../../../shared/techniques';
import { busy, cancel } from '../../page/run/drive';
import { photo } from './photo';
import { chooseFast, chooseTechnique, editOf, recipe, recipes } from './recipe';
import { paint, painting, runTechnique } from './run';
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
  let painted: Recipe | null = null;
  const stopPainting = effect(() => {
    const wanted = recipe.value;
    const idle = !busy.value;
    const runs = !idle && techniqueNamed(runTechnique.value).onePass;
    const mine = techniqueOf(wanted).onePass && photo.value !== null;
    const shown = (painting.value !== null && techniqueOf(painting.value.recipe).onePass) || runs;
    clearTimeout(timer);
    if (!mine || !shown) {
      // Whatever changes meanwhile is no reason to paint anew.
      painted = mine ? wanted : null;
      return;
    }
    painted ??= wanted;
    if (sameLook(wanted, painted)) return;
    if (!idle) {
      // The next effect runs when it has ended.
      if (runs) timer = setTimeout(cancel, restMs);
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

/** What it was made of may have been filled in meanwhile. */
const look = ({ weights: _, content: __, ...rest }: Recipe) => JSON.stringify(rest);
const sameLook = (a: Recipe, b: Recipe) => look(a) === look(b);

/** Fast first, fine after: the painting that is there is where the optimisation begins, with the same styles. */
export function refine(): void {
  const done = painting.value;
  const made = done?.record?.recipe;
  const refined = made && techniqueOf(made).refined?.(made);
  if (!done || !refined) return;
  const { technique, ...changes } = refined;
  editOf(technique as TechniqueName, changes);
  startFrom(done.pixels);
  chooseTechnique(technique as TechniqueName);
  void paint();
}
