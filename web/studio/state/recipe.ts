/**
 * The recipes that the controls edit, one per technique, of which one is current. Every default comes from
 * `shared/recipe`; what is kept here besides is only whether the size was the person's own choice.
 */
import { computed, signal } from '@preact/signals';
import { limits } from '../../../shared/limits';
import {
  defaultRecipe,
  firstTechnique,
  type Recipe,
  type RecipeOf,
  type TechniqueName,
  techniqueNamed,
  techniqueNames,
  techniqueOf,
} from '../../../shared/techniques';
import type { Field } from '../../../shared/techniques/contract';
import type { FastRecipe } from '../../../shared/techniques/fast/schema';
import type { StyleRecipe } from '../../../shared/techniques/style/schema';
import { changesOf } from '../../../shared/techniques/values';
import { isUnknown } from './ownPaintings';

type Recipes = { readonly [Name in TechniqueName]: RecipeOf<Name> };

/** What each technique was last set to, so that switching loses nothing. */
export const recipes = signal<Recipes>(
  Object.fromEntries(techniqueNames.map((name) => [name, defaultRecipe(name)])) as unknown as Recipes,
);
export const technique = signal<TechniqueName>(firstTechnique);
/** The one that a run would take. */
export const recipe = computed<Recipe>(() => recipes.value[technique.value]);
export const styleRecipe = computed<StyleRecipe>(() => recipes.value.style);

/** True once the person or a loaded recipe set the size: then the device's starting size is not imposed. */
const sizeChosen = signal(false);

export function chooseTechnique(name: TechniqueName): void {
  technique.value = name;
}

/** The technique under whose tab the current one is found. */
export const tab = computed(() => tabOf(technique.value));
export const tabOf = (name: TechniqueName) => (techniqueNamed(name).tab ?? name) as TechniqueName;
/** All that there are, in their order. */
export const tabs: readonly TechniqueName[] = techniqueNames.filter((name) => tabOf(name) === name);

export function put(value: Recipe): void {
  recipes.value = { ...recipes.value, [value.technique]: value };
}

/** Edits one technique's own fields; `undefined` takes a field out. */
export function editOf<Name extends TechniqueName>(
  name: Name,
  changes: { readonly [Field in keyof RecipeOf<Name>]?: RecipeOf<Name>[Field] | undefined },
): void {
  // The weights' hash says what an old result was made with; an edited recipe has not been run.
  const { weights: _, ...rest } = recipes.value[name];
  const next: Record<string, unknown> = { ...rest, ...changes };
  for (const [field, value] of Object.entries(next)) if (value === undefined) delete next[field];
  put(next as unknown as Recipe);
}

/** Edits what one control shows. */
export const editField = (name: TechniqueName, field: Field<Recipe>, value: unknown): void =>
  editOf(name, changesOf(recipes.value[name], field, value) as Partial<Recipe>);

export const edit = (changes: Partial<StyleRecipe>) => editOf('style', changes);

/** Edits what every recipe has, in the current one. */
export function editShared(changes: { readonly seed?: number; readonly size?: number }): void {
  editOf(technique.value, changes);
}

/** Layers that a technique had under the networks before (chooseNetwork.ts): of the recipe that is edited, so another one ends them. */
export const keptLayers = new Map<TechniqueName, Map<string, object>>();

/** The size stays when the technique is switched. */
export function setSize(size: number): void {
  sizeChosen.value = true;
  for (const name of techniqueNames) editOf(name, { size });
}

/**
 * The device's own starting size, unless somebody chose one; no technique starts above its own default for that. One pass
 * is quick everywhere, and its network learned strokes of one size: it keeps its own, and so does what goes on from it.
 */
export function suggestSize(size: number): void {
  if (sizeChosen.value) return;
  for (const name of techniqueNames) {
    const { onePass, sketch, defaults } = techniqueNamed(name);
    if (!onePass && !sketch) editOf(name, { size: Math.min(size, defaults.size) });
  }
}

/** Every choice of a painting leads to where it is used, and leaves masks and mixtures behind. */
function chooseSource(source: StyleRecipe['styles'][number]): void {
  edit({ styles: [source] });
  chooseTechnique(styleRecipe.value.technique);
}
export const choosePreset = (id: string) => chooseSource({ preset: id, weight: 1 });
/** @param image a painting of one's own; where the recipe waits for one that is not here, it takes that one's place */
export function chooseOwn(image: string): void {
  const { styles } = styleRecipe.value;
  const at = styles.findIndex(isUnknown);
  if (at < 0) chooseSource({ image, weight: 1 });
  else edit({ styles: styles.map((style, i) => (i === at ? { ...style, image } : style)) });
}

export type ChosenStyle = { readonly preset: string } | { readonly image: string | null } | 'mixed' | null;

export const chosenStyle = computed<ChosenStyle>(() => {
  const [first, ...more] = styleRecipe.value.styles;
  if (!first) return null;
  if (more.length > 0) return 'mixed';
  return 'preset' in first ? { preset: first.preset } : { image: first.image };
});

/** Below a million: short enough to read out and to type again. */
export function rollSeed(random: () => number = Math.random): void {
  editShared({ seed: Math.floor(random() * Math.min(1_000_000, limits.run.seed.max)) });
}

/** The current technique back to its defaults; photo, pictures that were chosen and the device's size stay. */
export function resetSettings(): void {
  const now = recipe.value;
  keptLayers.delete(now.technique);
  const kept = ['size', ...(techniqueOf(now).pictures ?? [])] as readonly (keyof Recipe)[];
  const chosen = Object.fromEntries(kept.map((field) => [field, now[field]]));
  put({ ...defaultRecipe(now.technique), ...chosen } as Recipe);
}

/** What an earlier visit had in the controls; what cannot be read any more stays as it is. @param check throws for that */
export function putAll(kept: unknown, check: (value: unknown) => Recipe): void {
  for (const value of Object.values(kept ?? {})) {
    try {
      put(check(value));
    } catch {
      // A field of another version, or nothing chosen yet.
    }
  }
  sizeChosen.value = true;
}

/** A recipe from outside, for as long as nobody has changed it: whoever paints wants exactly it, from its beginning. */
const taken = signal<Recipe | null>(null);
export const asTaken = computed(() => recipe.value === taken.value);

/** Takes a recipe, already checked, into the controls, and with it its technique. */
export function takeRecipe(loaded: Recipe): void {
  taken.value = loaded;
  sizeChosen.value = true;
  keptLayers.delete(loaded.technique);
  put(loaded);
  technique.value = loaded.technique;
}

/** What checks recipes from outside is on its way; whoever paints meanwhile means the recipe that comes. */
export let arriving: Promise<unknown> | null = null;

export async function awaitRecipe<T>(load: () => Promise<T>): Promise<T> {
  const loading = load();
  const settled = loading
    .catch(() => undefined)
    .then(() => {
      if (arriving === settled) arriving = null;
    });
  arriving = settled;
  return loading;
}

/** The recipe as people pass it on. */
export function recipeText(value: Recipe = recipe.value): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

export const editFast = (changes: Partial<FastRecipe>) => editOf('fast', changes);

/** @param and whether it is painted with at once, and not only in the camera's view */
export function chooseFast(style: string, and: 'paint' | 'live' = 'paint'): void {
  editFast({ styles: [{ style, weight: 1 }] });
  if (and === 'paint') chooseTechnique(recipes.value.fast.technique);
}

/** @param weight 0 takes it out of the mix, unless it is the last */
export function mixFast(style: string, weight: number): void {
  const { styles } = recipes.value.fast;
  const others = styles.filter((each) => each.style !== style);
  if (weight > 0) {
    const known = styles.some((each) => each.style === style);
    const mixed = styles.map((each) => (each.style === style ? { style, weight } : each));
    editFast({ styles: known ? mixed : [...styles, { style, weight }] });
  } else if (others.length > 0) editFast({ styles: others });
}
