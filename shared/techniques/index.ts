/** Every technique, by the name that a recipe calls it, in the order of the studio's tabs. A new one is a folder here and a line below. */
import type { InferInput, InferOutput } from 'valibot';
import { defaultNetwork } from '../networks';
import { recipeVersion } from '../recipe/version';
import { any } from './any/traits';
import type { AnyRecipe, Technique } from './contract';
import { dream } from './dream/traits';
import { fast } from './fast/traits';
import { invert } from './invert/traits';
import { see } from './see/traits';
import { style } from './style/traits';
import { texture } from './texture/traits';

export const techniques = { style, any, fast, dream, invert, texture, see } as const;

type Techniques = typeof techniques;
export type TechniqueName = keyof Techniques;
type SchemaOf<Name extends TechniqueName> = ReturnType<Techniques[Name]['schema']>;

export type RecipeOf<Name extends TechniqueName> = { [Each in Name]: InferOutput<SchemaOf<Each>> }[Name];
/** What may be left out when writing a recipe by hand: everything that has a default. */
export type RecipeInputOf<Name extends TechniqueName> = { [Each in Name]: InferInput<SchemaOf<Each>> }[Name];
export type Recipe = RecipeOf<TechniqueName>;
export type RecipeInput = RecipeInputOf<TechniqueName>;

export const techniqueNames = Object.keys(techniques) as TechniqueName[];
/** What is shown before anybody chooses. */
export const firstTechnique: TechniqueName = 'style';

export const isTechnique = (name: unknown): name is TechniqueName =>
  typeof name === 'string' && Object.hasOwn(techniques, name);

/** The technique by its name, for whoever handles all of them alike. */
export const techniqueNamed = (name: TechniqueName): Technique<Recipe> =>
  techniques[name] as unknown as Technique<Recipe>;

export const techniqueOf = (recipe: AnyRecipe): Technique<Recipe> => techniqueNamed(recipe.technique as TechniqueName);

/** A recipe with nothing but defaults. Pictures that have to be chosen are none, which only an editor may hold: `parseRecipe` refuses it. */
export function defaultRecipe<Name extends TechniqueName>(name: Name): RecipeOf<Name> {
  const { defaults, pictures = [] } = techniqueNamed(name);
  const own = JSON.parse(JSON.stringify(defaults)) as object;
  const none = Object.fromEntries(pictures.map((field) => [field, []]));
  const { version, content, network } = { version: recipeVersion, content: null, network: defaultNetwork };
  return {
    technique: name,
    version,
    network,
    content,
    ...own,
    ...none,
  } as unknown as RecipeOf<Name>;
}
