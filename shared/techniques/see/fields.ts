/** What a layer sees: controls and flags. */
import { type Field, networkField, range, seedField, sizeField } from '../contract';
import {
  compares,
  laterDefaults,
  layouts,
  liesOverPhoto,
  type SeeRecipe,
  type SeeView,
  seeViews,
  waysBack,
} from './schema';

const shows =
  (...views: readonly SeeView[]) =>
  ({ view }: SeeRecipe) =>
    views.includes(view);

/** Views that one channel makes a difference to; what is said of it goes by the view. */
const told = (view: SeeView) =>
  liesOverPhoto(view) ||
  shows('segmentation', 'feature', 'ascent', 'filters', 'patches', 'fooling', 'apart')({ view } as SeeRecipe);

const later = (name: keyof typeof laterDefaults) => (recipe: SeeRecipe) => recipe[name] ?? laterDefaults[name];

export const seeFields: readonly Field<SeeRecipe>[] = [
  { kind: 'choice', path: 'view', flag: 'view', options: seeViews, list: true },
  // A channel's number means another thing in another layer.
  { kind: 'layer', path: 'layer', flag: 'layer', place: 'advanced', clears: ['channel'] },
  {
    kind: 'channel',
    path: 'channel',
    flag: 'channel',
    place: 'advanced',
    when: ({ view }) => told(view),
    tells: ({ view }) => view,
  },
  { kind: 'layer', path: 'mapLayer', flag: 'map-layer', place: 'flag' },
  { kind: 'class', path: 'channel', key: 'class', flag: 'class', place: 'flag', tells: ({ view }) => view },
  range('overlay', 'overlay', [0, 1, 0.05], 'percent', { when: ({ view }) => liesOverPhoto(view) }),
  {
    kind: 'choice',
    path: 'backward',
    flag: 'backward',
    options: waysBack,
    when: shows('saliency'),
    read: later('backward'),
  },
  range('smooth.samples', 'samples', [1, 64, 1], 'integer', { when: shows('saliency', 'segmentation') }),
  { kind: 'check', path: 'shuffled', flag: 'shuffled', when: shows('saliency', 'gradcam') },
  range('square', 'square', [0.05, 0.5, 0.025], 'percent', { when: shows('occlusion'), read: later('square') }),
  range('squares', 'squares', [4, 32, 2], 'integer', { when: shows('occlusion'), read: later('squares') }),
  {
    kind: 'choice',
    path: 'layout',
    flag: 'layout',
    options: layouts,
    labels: ['PCA', 't-SNE', 'UMAP'],
    when: shows('map'),
    read: later('layout'),
  },
  { kind: 'photos', path: 'photos', flag: 'photos', when: ({ view }) => compares(view) },
  { kind: 'guide', path: 'guide', flag: 'guide', when: shows('fooling', 'segmentation'), tells: ({ view }) => view },
  range('maxChannels', 'max-channels', [4, 144, 4], 'integer', { when: shows('activations') }),
  range('steps', 'steps', [32, 768, 32], 'integer', { when: shows('feature', 'ascent', 'fooling', 'map') }),
  sizeField,
  seedField,
  networkField,
  { kind: 'number', path: 'smooth.noise', flag: 'noise', place: 'flag' },
];
