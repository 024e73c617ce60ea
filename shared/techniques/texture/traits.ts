/** Texture synthesis, to everybody but the engine. */
import type { Fact, Technique } from '../contract';
import { textureFields } from './fields';
import { type TextureRecipe, textureDefaults, textureSchema } from './schema';

function rungs({ layers, ladder }: TextureRecipe): readonly string[] {
  const counted = ladder ? layers.filter(({ weight }) => weight > 0) : [];
  return counted.length > 1 ? counted.map(({ layer }) => layer) : [];
}

const named = ({ layers }: TextureRecipe) => layers.map(({ layer }) => ({ layer }));

export const texture = {
  name: 'texture',
  defaults: textureDefaults,
  schema: textureSchema,
  /** Grain is new in version 2, and on by default. */
  migrations: { 1: (recipe) => ({ grain: 0, ...recipe }) },
  fields: textureFields,

  layerFields: ['layers'],
  contentSize: ({ sampleSize }) => sampleSize,
  frames: 'ladder',
  rungs,
  overPhoto: () => false,
  tiles: ({ seamless }) => seamless,
  /** What was put together from patches is through. */
  continued(recipe, steps, rung) {
    if (recipe.method !== 'gram') return null;
    const above = recipe.layers.findIndex(({ layer }) => layer === rung);
    const layers = rungs(recipe).length > 0 ? recipe.layers.slice(0, above + 1) : recipe.layers;
    return { ...recipe, ...(steps !== undefined && { steps }), layers, ladder: false };
  },

  subject: named,
  variant: ({ method }) => method,
  facts: (recipe): Fact[] => [
    ...(recipe.method === 'gram' ? [['layers', named(recipe)] as const] : []),
    ...(recipe.seamless ? [['seamless'] as const] : []),
  ],
} as const satisfies Technique<TextureRecipe>;
