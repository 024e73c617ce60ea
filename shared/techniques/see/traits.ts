/** What the network sees, to everybody but the engine. */
import type { Fact, Technique } from '../contract';
import { seeFields } from './fields';
import { liesOverPhoto, type SeeRecipe, seeDefaults, seeSchema } from './schema';

export const see = {
  name: 'see',
  defaults: seeDefaults,
  schema: seeSchema,
  fields: seeFields,

  layerFields: ['layer', 'channel', 'mapLayer'],
  /** A feature's picture is grown from noise. */
  needsPhoto: ({ view }) => view !== 'feature',
  startsFromPicture: ({ view, startImage }) => view === 'feature' && startImage !== undefined,
  frames: 'mosaic',
  overPhoto: ({ view }, part) => liesOverPhoto(view) && part === 'whole',
  /** All but a feature is looked at once. */
  continued: (recipe, steps) =>
    recipe.view === 'feature' ? { ...recipe, ...(steps !== undefined && { steps }) } : null,

  subject: ({ layer, channel }) => [{ layer, channel }],
  variant: ({ view }) => view,
  facts: ({ layer, channel }): Fact[] => [
    ['layers', [{ layer }]],
    ...(channel === undefined ? [] : [['channel', String(channel)] as const]),
  ],
} as const satisfies Technique<SeeRecipe>;
