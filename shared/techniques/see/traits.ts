/** What the network sees, to everybody but the engine. */
import type { Fact, Technique } from '../contract';
import { seeFields } from './fields';
import {
  compares,
  growsFromNoise,
  laterDefaults,
  liesOverPhoto,
  type SeeRecipe,
  seeDefaults,
  seeSchema,
  wantsOther,
} from './schema';

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
  facts: (recipe): Fact[] => {
    const { view, layer, channel, mapLayer, photos = [] } = recipe;
    const later = <K extends keyof typeof laterDefaults>(name: K) => recipe[name] ?? laterDefaults[name];
    const facts: (Fact | false)[] = [
      ['view', view],
      ['layers', [{ layer }]],
      channel !== undefined && ['channel', String(channel)],
      mapLayer !== undefined && view === 'gradcam' && ['mapLayer', mapLayer],
      view === 'saliency' && later('backward') !== 'gradient' && ['backward', later('backward')],
      view === 'saliency' && ['samples', recipe.smooth.samples],
      view === 'occlusion' && ['squares', later('squares'), Math.round(100 * later('square'))],
      view === 'map' && ['layout', later('layout')],
      compares(view) && photos.length > 0 && ['photos', photos.length],
      recipe.shuffled === true && liesOverPhoto(view) && ['shuffled'],
    ];
    return facts.filter((fact) => fact !== false);
  },
} as const satisfies Technique<SeeRecipe>;
