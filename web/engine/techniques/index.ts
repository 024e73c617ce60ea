/** Every technique, by the name that a recipe calls it. A new one is a folder here and a line below. */
import type { Recipe, TechniqueName } from '../../../shared/techniques';
import { any } from './any';
import { dream } from './dream';
import { fast } from './fast';
import { invert } from './invert';
import { see } from './see';
import { style } from './style';
import type { Technique } from './technique';
import { texture } from './texture';

const techniques = {
  style,
  any,
  fast,
  dream,
  invert,
  texture,
  see,
} as const satisfies Record<TechniqueName, unknown>;

/** The technique that runs this recipe. What kind of network it wants is for `assertSuits` to check. */
export const techniqueOf = (recipe: Recipe): Technique => techniques[recipe.technique] as unknown as Technique;
