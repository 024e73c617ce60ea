/**
 * What people ask of a technique, by names that its words have (`examples`). Apart from the traits: few visits need them. Their
 * pictures: `npm run atlas -- examples`.
 */
import { defaultRecipe, type Recipe, type TechniqueName } from '.';
import { dreamExamples } from './dream/examples';
import { invertExamples } from './invert/examples';
import { seeExamples } from './see/examples';
import { textureExamples } from './texture/examples';

type Fields = Readonly<Record<string, unknown>>;

export const examplesOf: { readonly [Name in TechniqueName]?: Readonly<Record<string, Fields>> } = {
  dream: dreamExamples,
  invert: invertExamples,
  texture: textureExamples,
  see: seeExamples,
};

/** What an example sets; what only others set is back at its default. */
export function exampleFields(name: TechniqueName, example: string): Fields {
  const examples = examplesOf[name] ?? {};
  const plain = defaultRecipe(name) as unknown as Fields;
  const touched = Object.values(examples).flatMap((fields) => Object.keys(fields));
  return { ...Object.fromEntries(touched.map((field) => [field, plain[field]])), ...examples[example] };
}

/** Unchecked, with nothing else but defaults. */
export const exampleRecipe = (name: TechniqueName, example: string): Recipe =>
  ({ ...defaultRecipe(name), ...exampleFields(name, example) }) as unknown as Recipe;
