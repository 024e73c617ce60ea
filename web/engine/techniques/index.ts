/** Every technique, by the name that a recipe calls it. A new one is a folder here and a line below. */
import { ReverieError } from '../../../shared/errors';
import type { Recipe, TechniqueName } from '../../../shared/recipe';
import { dream } from './dream';
import { invert } from './invert';
import { see } from './see';
import { style } from './style';
import type { Technique } from './technique';
import { texture } from './texture';

type Techniques = { readonly [Name in TechniqueName]: Technique<Extract<Recipe, { technique: Name }>> };

const techniques: Partial<Techniques> = {
  style,
  dream,
  invert,
  texture,
  see,
};

/** The technique that runs this recipe. */
export function techniqueOf(recipe: Recipe): Technique {
  const technique = techniques[recipe.technique];
  if (technique) return technique as unknown as Technique;
  throw new ReverieError('recipe-invalid', `This Reverie cannot run "${recipe.technique}".`);
}
