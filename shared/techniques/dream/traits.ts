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

  /** A zoomed frame has no photo under it, and a place of the picture is looked at in the whole of it. */
  printed: ({ startImage: _, film, ...rest }) =>
    film.frames > 1 || rest.layers.some(({ at }) => at) ? null : { ...rest, film: { ...film, frames: 0 } },

  subject: ({ layers }) => layers.map(({ layer }) => ({ layer })),
  facts: ({ layers, octaves, steps, guide, film }): Fact[] => [
    ['layers', layers],
    ['octaves', octaves, steps],
    ...(guide === undefined ? [] : [['guide'] as const]),
    ...(film.frames > 0 ? [['film', film.frames] as const] : []),
  ],
} as const satisfies Technique<DreamRecipe>;
