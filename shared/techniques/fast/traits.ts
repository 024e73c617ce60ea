/** Fast style transfer, to everybody but the engine. */
import { isOwnStyle } from '../../ownStyle';
import { printedScale } from '../any/schema';
import { leaning, type Technique } from '../contract';
import { fastFields } from './fields';
import { type FastRecipe, fastDefaults, fastSchema } from './schema';

const named = ({ styles }: FastRecipe) => styles.map(({ style }) => ({ style }));

export const fast = {
  name: 'fast',
  defaults: fastDefaults,
  schema: fastSchema,
  fields: fastFields,

  tab: 'style',
  network: 'paints',
  fastStyles: ({ styles }) => styles.map(({ style }) => style),
  pictures: ['styles'],
  onePass: true,
  /** A style that somebody taught the network is no painting that could be looked at. */
  refined: ({ styles, size }) =>
    styles.some(({ style }) => isOwnStyle(style))
      ? null
      : { technique: 'style', styles: styles.map(({ style, weight }) => ({ preset: style, weight })), size },
  /** A style that somebody taught is painted by who learned it. */
  printed(recipe, times) {
    const { styles, strength, seed } = recipe;
    if (styles.some(({ style }) => isOwnStyle(style))) return recipe;
    const presets = styles.map(({ style, weight }) => ({ preset: style, weight }));
    return { technique: 'any', strength, seed, styleScale: printedScale(1, times), styles: presets };
  },

  subject: named,
  facts: (recipe) => [
    ['style', named(recipe)],
    ['strength', recipe.strength, leaning(recipe.strength)],
  ],
} as const satisfies Technique<FastRecipe>;
