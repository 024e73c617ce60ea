/** Between a recipe and its controls: what a field holds, what changing it changes, and how a slider counts. */
import { defaultRecipe, type Recipe, type TechniqueName, techniqueNamed } from '.';
import type { Field, RangeField, Scale } from './contract';

/** The controls and flags of a technique. */
export const fieldsOf = (name: TechniqueName): readonly Field<Recipe>[] => techniqueNamed(name).fields;

/** Of its words, and its name in tests. */
export const keyOf = ({ key, path }: Pick<Field, 'key' | 'path'>): string =>
  key ?? path.slice(path.lastIndexOf('.') + 1);

type Fields = Readonly<Record<string, unknown>>;

const partsOf = (path: string): string[] => path.split('.');

/** Undefined where the recipe has nothing there. */
export const readField = (recipe: Recipe, field: Field<Recipe>): unknown =>
  field.read
    ? field.read(recipe)
    : partsOf(field.path).reduce<unknown>((value, part) => (value as Fields | undefined)?.[part], recipe);

export const defaultOf = (name: TechniqueName, field: Field<Recipe>): unknown => readField(defaultRecipe(name), field);

/** The recipe's fields that are others once this one has the value; `undefined` takes a field out. */
export function changesOf(recipe: Recipe, field: Field<Recipe>, value: unknown): Fields {
  const cleared = Object.fromEntries((field.clears ?? []).map((name) => [name, undefined]));
  if (field.write) return { ...cleared, ...field.write(recipe, value as never) };
  const [first = '', second] = partsOf(field.path);
  const whole = second === undefined ? value : { ...((recipe as unknown as Fields)[first] as Fields), [second]: value };
  return { ...cleared, [first]: whole };
}

/** The recipe with the field changed; unchecked. */
export function withField<R extends Recipe>(recipe: R, field: Field<Recipe>, value: unknown): R {
  const next: Record<string, unknown> = { ...recipe, ...changesOf(recipe, field, value) };
  for (const [name, each] of Object.entries(next)) if (each === undefined) delete next[name];
  return next as unknown as R;
}

const rounded = (value: number, digits: number) => Math.round(value * 10 ** digits) / 10 ** digits;

/** Where a recipe's number stands on the slider; what has no logarithm stands at its low end. */
export function toSlider(value: number, { scale, min }: Pick<RangeField, 'scale' | 'min'>): number {
  if (scale === 'octaves') return value > 0 ? Math.log2(value) : min;
  return scale ? rounded((value - (scale.offset ?? 0)) / scale.unit, 9) : value;
}

/** Two decimals are enough of a power of two. */
export function fromSlider(value: number, scale: Scale | undefined): number {
  if (scale === 'octaves') return rounded(2 ** value, 2);
  return scale ? value * scale.unit + (scale.offset ?? 0) : value;
}

/** Reaches to `value` where a loaded recipe goes further, so that the slider never lies. */
export const reaching = ({ min, max, step }: Pick<RangeField, 'min' | 'max' | 'step'>, value: number) => ({
  min: Math.min(min, value),
  max: Math.max(max, value),
  step,
});
