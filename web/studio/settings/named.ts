/** Settings under names of the person's own: whole recipes, kept in this browser, each in a record of its own. */
import { signal } from '@preact/signals';
import { limits } from '../../../shared/limits';
import { parseRecipe } from '../../../shared/recipe';
import type { Recipe } from '../../../shared/techniques';
import { openRecords } from '../../page/output/records';
import { download, fileName } from '../../page/output/save';
import { applyRecipe } from '../state/actions';
import { complain, confirmWith } from '../state/notice';
import { recipe, recipeText } from '../state/recipe';

export interface Named {
  readonly id: string;
  readonly name: string;
  readonly recipe: Recipe;
}

const records = openRecords('reverie-settings', 'settings');

/** By name. */
export const named = signal<readonly Named[]>([]);

/** Another tab may have changed them. */
export async function loadNamed(): Promise<void> {
  const found = await Promise.all((await records.keys()).map((id) => records.get<Named>(id)));
  named.value = found.flatMap((each) => each ?? []).sort((a, b) => a.name.localeCompare(b.name));
}

async function keep(settings: Named): Promise<void> {
  if (named.peek().length < limits.settings.max) await records.set(settings.id, settings);
  await loadNamed();
}

/** What the controls say now; under a name that is taken already, in its place. */
export async function keepAs(name: string, wanted: Recipe = recipe.peek()): Promise<void> {
  const short = name.trim().slice(0, limits.settings.maxNameLength);
  const before = named.peek().find((each) => each.name === short);
  if (short !== '') await keep({ id: before?.id ?? crypto.randomUUID(), name: short, recipe: wanted });
}

export const use = (settings: Named): Promise<boolean> => applyRecipe(recipeText(settings.recipe));

/** An ordinary recipe, which the command line takes as well. */
export function exportNamed({ name, recipe: kept }: Named): void {
  download(new Blob([recipeText(kept)], { type: 'application/json' }), fileName('', name, 'json'));
}

/** Under the file's name. One that is no recipe changes nothing. */
export async function importNamed(file: File): Promise<void> {
  try {
    const text = await file.text();
    if (!(await applyRecipe(text))) return;
    await keepAs(file.name.replace(/\.json$/i, ''), parseRecipe(JSON.parse(text)));
  } catch (cause) {
    complain(cause);
  }
}

/** With a way back for as long as the notice is there. */
export async function removeNamed(settings: Named): Promise<void> {
  await records.remove(settings.id);
  await loadNamed();
  const back = { label: (t: { yours: { undo: string } }) => t.yours.undo, act: () => void keep(settings) };
  confirmWith((t) => t.own.removed(settings.name), [back]);
}
