/** Any painting's style in one pass, to everybody but the engine. */
import { type Fact, leaning, type Technique } from '../contract';
import { anyFields } from './fields';
import { type AnyStyleRecipe, anyDefaults, anySchema, printedScale } from './schema';

export const any = {
  name: 'any',
  defaults: anyDefaults,
  schema: anySchema,
  fields: anyFields,

  tab: 'style',
  network: 'paints',
  styles: ({ styles }) => styles,
  styleSize: ({ size, styleScale }) => size * styleScale,
  pictures: ['styles'],
  onePass: true,
  /** Statistics are no painting that could be looked at. */
  refined: ({ styles, size, colours }) =>
    styles.some((style) => 'statistics' in style) ? null : { technique: 'style', styles, size, colours },
  printed: (recipe, times) => ({ ...recipe, styleScale: printedScale(recipe.styleScale, times) }),

  subject: ({ styles }) => styles,
  facts: (recipe): Fact[] => [
    ['style', recipe.styles],
    ['strength', recipe.strength, leaning(recipe.strength)],
    ['brush', recipe.styleScale],
    ['colours', recipe.colours],
  ],
} as const satisfies Technique<AnyStyleRecipe>;
