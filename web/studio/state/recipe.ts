/**
 * The recipe that the controls edit. Every default comes from `shared/recipe`; what is kept here besides
 * is only whether the size was the person's own choice.
 */
import { computed, signal } from '@preact/signals';
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { parseRecipe, type Recipe, styleDefaults } from '../../../shared/recipe';

/** No style chosen yet is an empty list, which only the editor may hold: `parseRecipe` refuses it. */
function defaults(): Recipe {
  return { ...parseRecipe({ technique: 'style', version: 1, styles: [{ image: null }] }), styles: [] };
}

export const recipe = signal<Recipe>(defaults());

/** True once the person or a loaded recipe set the size: then the device's starting size is not imposed. */
const sizeChosen = signal(false);

export function edit(changes: Partial<Recipe>): void {
  // The weights' hash says what an old result was made with; an edited recipe has not been run.
  const { weights: _, ...rest } = recipe.value;
  recipe.value = { ...rest, ...changes };
}

export function setSize(size: number): void {
  sizeChosen.value = true;
  edit({ size });
}

/** The device's own starting size, unless somebody chose one. */
export function suggestSize(size: number): void {
  if (!sizeChosen.value) edit({ size });
}

export const choosePreset = (id: string) => edit({ styles: [{ preset: id, weight: 1 }] });
export const chooseOwn = () => edit({ styles: [{ image: null, weight: 1 }] });

export type ChosenStyle = { readonly preset: string } | 'own' | 'mixed' | null;

export const chosenStyle = computed<ChosenStyle>(() => {
  const [first, ...more] = recipe.value.styles;
  if (!first) return null;
  if (more.length > 0) return 'mixed';
  return 'preset' in first ? { preset: first.preset } : 'own';
});

export const qualities = ['draft', 'normal', 'fine'] as const;
export type Quality = (typeof qualities)[number];

/** Steps relative to the recipe's default schedule. */
const qualityMultiples: Record<Quality, number> = { draft: 0.5, normal: 1, fine: 2 };

function scheduleOf(quality: Quality): Recipe['schedule'] {
  const multiple = qualityMultiples[quality];
  const { minSize, firstSteps, steps } = styleDefaults.schedule;
  return { minSize, firstSteps: Math.round(firstSteps * multiple), steps: Math.round(steps * multiple) };
}

export const quality = computed<Quality | 'custom'>(() => {
  const now = recipe.value.schedule;
  const same = (other: Recipe['schedule']) =>
    other.minSize === now.minSize && other.firstSteps === now.firstSteps && other.steps === now.steps;
  return qualities.find((name) => same(scheduleOf(name))) ?? 'custom';
});

export const setQuality = (name: Quality) => edit({ schedule: scheduleOf(name) });

/** Below a million: short enough to read out and to type again. */
export function rollSeed(random: () => number = Math.random): void {
  edit({ seed: Math.floor(random() * Math.min(1_000_000, limits.run.seed.max)) });
}

/** Back to the defaults; photo, style and the device's size stay. */
export function resetSettings(): void {
  const { styles, size } = recipe.value;
  recipe.value = { ...defaults(), styles, size };
}

/**
 * Takes a recipe from outside into the controls.
 * @throws ReverieError `recipe-invalid` or `recipe-version`; the recipe before it stays.
 */
export function loadRecipe(json: string): Recipe {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new ReverieError('recipe-invalid', 'Recipe is not valid JSON.', { cause });
  }
  const loaded = parseRecipe(value);
  if (loaded.styles.filter((style) => 'image' in style).length > 1) {
    throw new ReverieError('recipe-invalid', 'Recipe field "styles": at most one image of your own.');
  }
  sizeChosen.value = true;
  recipe.value = loaded;
  return loaded;
}

/** The recipe as people pass it on. */
export function recipeText(value: Recipe = recipe.value): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
