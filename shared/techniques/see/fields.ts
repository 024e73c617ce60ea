/** What a layer sees: controls and flags. */
import { type Field, networkField, seedField, sizeField } from '../contract';
import { liesOverPhoto, type SeeRecipe, type SeeView, seeViews, waysBack } from './schema';

const shows =
  (...views: readonly SeeView[]) =>
  ({ view }: SeeRecipe) =>
    views.includes(view);

export const seeFields: readonly Field<SeeRecipe>[] = [
  { kind: 'choice', path: 'view', flag: 'view', options: seeViews, list: true },
  // A channel's number means another thing in another layer.
  { kind: 'layer', path: 'layer', flag: 'layer', clears: ['channel'] },
  {
    kind: 'channel',
    path: 'channel',
    flag: 'channel',
    when: ({ view }) => view === 'feature' || liesOverPhoto(view),
    tells: ({ view }) => view,
  },
  { kind: 'layer', path: 'mapLayer', flag: 'map-layer', place: 'flag' },
  { kind: 'class', path: 'channel', key: 'class', flag: 'class', place: 'flag', tells: ({ view }) => view },
  {
    kind: 'range',
    path: 'overlay',
    flag: 'overlay',
    when: ({ view }) => liesOverPhoto(view),
    ...{ min: 0, max: 1, step: 0.05, format: 'percent' },
  },
  { kind: 'choice', path: 'backward', flag: 'backward', options: waysBack, when: shows('saliency') },
  {
    kind: 'range',
    path: 'smooth.samples',
    flag: 'samples',
    when: shows('saliency'),
    ...{ min: 1, max: 64, step: 1, format: 'integer' },
  },
  { kind: 'check', path: 'shuffled', flag: 'shuffled', when: shows('saliency', 'gradcam') },
  {
    kind: 'range',
    path: 'square',
    flag: 'square',
    when: shows('occlusion'),
    ...{ min: 0.05, max: 0.5, step: 0.025, format: 'percent' },
  },
  {
    kind: 'range',
    path: 'squares',
    flag: 'squares',
    when: shows('occlusion'),
    ...{ min: 4, max: 32, step: 2, format: 'integer' },
  },
  {
    kind: 'range',
    path: 'maxChannels',
    flag: 'max-channels',
    when: shows('activations'),
    ...{ min: 4, max: 144, step: 4, format: 'integer' },
  },
  {
    kind: 'range',
    path: 'steps',
    flag: 'steps',
    when: shows('feature'),
    ...{ min: 32, max: 768, step: 32, format: 'integer' },
  },
  sizeField,
  seedField,
  networkField,
  { kind: 'number', path: 'smooth.noise', flag: 'noise', place: 'flag' },
];
