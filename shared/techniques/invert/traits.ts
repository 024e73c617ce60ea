/** Feature inversion, to everybody but the engine. */
import type { Technique } from '../contract';
import { invertFields } from './fields';
import { type InvertRecipe, invertDefaults, invertSchema } from './schema';

const rungs = ({ layers }: InvertRecipe) => (layers.length > 1 ? layers : []);
const named = ({ layers }: InvertRecipe) => layers.map((layer) => ({ layer }));

export const invert = {
  name: 'invert',
  defaults: invertDefaults,
  schema: invertSchema,
  fields: invertFields,

  layerFields: ['layers'],
  frames: 'ladder',
  rungs,
  // A ladder as a whole is a sheet of pictures, of the photo's shape by chance.
  overPhoto: (_, part, frames) => part === 'frame' || frames < 2,
  continued: (recipe, steps, rung) => ({
    ...recipe,
    ...(steps !== undefined && { steps }),
    layers: recipe.layers.filter((layer) => rungs(recipe).length === 0 || layer === rung),
  }),

  subject: named,
  facts: (recipe) => [
    ['layers', named(recipe)],
    ['steps', recipe.steps],
  ],
} as const satisfies Technique<InvertRecipe>;
