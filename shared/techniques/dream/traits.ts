/** DeepDream, to everybody but the engine. */
import type { Fact, Technique } from '../contract';
import { dreamFields } from './fields';
import { type DreamRecipe, dreamDefaults, dreamSchema, dreamSuited } from './schema';

const amplifying = (layer: string, channel?: number) => ({
  layers: [{ layer, weight: 1, ...(channel !== undefined && { channels: [channel] }) }],
});

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

  examples: {
    eyes: {},
    strokes: amplifying('relu3_1'),
    speckles: amplifying('relu2_2'),
    arches: amplifying('relu3_3'),
    bars: amplifying('relu4_1'),
    cells: amplifying('relu4_1', 80),
    blocks: amplifying('relu4_1', 74),
    columns: amplifying('relu4_1', 2),
    feathers: amplifying('relu3_3', 29),
  },

  subject: ({ layers }) => layers.map(({ layer }) => ({ layer })),
  facts: ({ layers, octaves, steps, guide, film }): Fact[] => [
    ['layers', layers],
    ['octaves', octaves, steps],
    ...(guide === undefined ? [] : [['guide'] as const]),
    ...(film.frames > 0 ? [['film', film.frames] as const] : []),
  ],
} as const satisfies Technique<DreamRecipe>;
