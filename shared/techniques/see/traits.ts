/** What the network sees, to everybody but the engine. */
import type { Fact, Technique } from '../contract';
import { seeFields } from './fields';
import { compares, growsFromNoise, liesOverPhoto, type SeeRecipe, seeDefaults, seeSchema, wantsOther } from './schema';

export const see = {
  name: 'see',
  defaults: seeDefaults,
  schema: seeSchema,
  fields: seeFields,

  layerFields: ['layer', 'channel', 'mapLayer'],
  /** Or photos, where it compares some. */
  needsPhoto: ({ view, photos = [] }) => !growsFromNoise(view) && !(compares(view) && photos.length > 0),
  photos: ({ view, photos = [] }) => (compares(view) ? photos : []),
  wantsGuide: wantsOther,
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
