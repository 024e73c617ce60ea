/** What a layer sees: controls and flags. */
import { type Field, networkField, seedField, sizeField } from '../contract';
import { type SeeRecipe, type SeeView, seeViews } from './schema';

const shows =
  (...views: readonly SeeView[]) =>
  ({ view }: SeeRecipe) =>
    views.includes(view);

export const seeFields: readonly Field<SeeRecipe>[] = [
  { kind: 'choice', path: 'view', flag: 'view', options: seeViews },
  // A channel's number means another thing in another layer.
  { kind: 'layer', path: 'layer', flag: 'layer', clears: ['channel'] },
  {
    kind: 'channel',
    path: 'channel',
    flag: 'channel',
    when: shows('saliency', 'feature'),
    tells: ({ view }) => view,
  },
  { kind: 'class', path: 'channel', key: 'class', flag: 'class', place: 'flag', tells: ({ view }) => view },
  {
    kind: 'range',
    path: 'overlay',
    flag: 'overlay',
    when: shows('saliency'),
    ...{ min: 0, max: 1, step: 0.05, format: 'percent' },
  },
  {
    kind: 'range',
    path: 'smooth.samples',
    flag: 'samples',
    when: shows('saliency'),
    ...{ min: 1, max: 64, step: 1, format: 'integer' },
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
