/** Any painting's style in one pass, to everybody but the engine. */
import { type Fact, leaning, type Technique } from '../contract';
import { anyFields } from './fields';
import { type AnyStyleRecipe, anyDefaults, anySchema } from './schema';

export const any = {
  name: 'any',
  defaults: anyDefaults,
  schema: anySchema,
  fields: anyFields,

  /** Until its controls are all there: it paints what style transfer is sketched by. */
  untabbed: true,
  network: 'paints',
  styles: ({ styles }) => styles,
  styleSize: ({ size, styleScale }) => size * styleScale,
  pictures: ['styles'],
  onePass: true,
  refined: ({ styles, size }) => ({ technique: 'style', styles, size }),

  subject: ({ styles }) => styles,
  facts: (recipe): Fact[] => [
    ['style', recipe.styles],
    ['strength', recipe.strength, leaning(recipe.strength)],
    ['brush', recipe.styleScale],
  ],
} as const satisfies Technique<AnyStyleRecipe>;
