/** DeepDream, to everybody but the engine. */
import type { Fact, Technique } from '../contract';
import { dreamFields } from './fields';
import { type DreamRecipe, dreamDefaults, dreamSchema, dreamSuited } from './schema';

export const dream = {
  name: 'dream',
  defaults: dreamDefaults,
  schema: dreamSchema,
  fields: dreamFields,

  layerFields: ['layers'],
  suited: dreamSuited,

  wantsGuide: ({ guide }) => guide !== undefined,
  frames: 'film',
  overPhoto: (_, __, frames) => frames < 2,
  /** A film goes on from its last frame, as long again. */
  continued: (recipe, steps) => ({ ...recipe, ...(steps !== undefined && { steps }), octaves: 1 }),

  subject: ({ layers }) => layers.map(({ layer }) => ({ layer })),
  facts: ({ layers, octaves, steps, guide, film }): Fact[] => [
    ['layers', layers],
    ['octaves', octaves, steps],
    ...(guide === undefined ? [] : [['guide'] as const]),
    ...(film.frames > 0 ? [['film', film.frames] as const] : []),
  ],
} as const satisfies Technique<DreamRecipe>;
