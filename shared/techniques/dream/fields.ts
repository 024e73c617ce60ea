/** DeepDream's controls and flags. */
import { type Field, networkField, seedField, sizeField } from '../contract';
import type { DreamRecipe } from './schema';

type Place = NonNullable<DreamRecipe['layers'][number]['at']>;

const isFilm = ({ film }: DreamRecipe) => film.frames > 0;

export const dreamFields: readonly Field<DreamRecipe>[] = [
  { kind: 'view', path: 'layers', view: 'dream-layers' },
  { kind: 'weighted-layers', path: 'layers', flag: 'layer', place: 'flag', least: 1 },
  {
    kind: 'channels',
    path: 'layers',
    key: 'channels',
    flag: 'channel',
    place: 'flag',
    write: ({ layers }, channels: number[]) => ({ layers: layers.map((layer) => ({ ...layer, channels })) }),
  },
  {
    kind: 'place',
    path: 'layers',
    key: 'place',
    flag: 'at',
    place: 'flag',
    write: ({ layers }, at: Place) => ({ layers: layers.map((layer) => ({ ...layer, at })) }),
  },
  // In parts of 255, as the papers count.
  {
    kind: 'range',
    path: 'stepSize',
    key: 'strength',
    flag: 'step-size',
    ...{ min: 0.25, max: 6, step: 0.25, scale: { unit: 1 / 255 }, format: 'decimal' },
  },
  { kind: 'range', path: 'steps', flag: 'steps', min: 1, max: 40, step: 1, format: 'integer' },
  { kind: 'range', path: 'octaves', flag: 'octaves', min: 1, max: 8, step: 1, format: 'integer' },
  { kind: 'guide', path: 'guide', flag: 'guide' },
  { kind: 'range', path: 'film.frames', flag: 'frames', min: 0, max: 120, step: 5, format: 'integer' },
  // In percent per frame.
  {
    kind: 'range',
    path: 'film.zoom',
    flag: 'zoom',
    when: isFilm,
    ...{ min: -10, max: 20, step: 1, scale: { unit: 0.01, offset: 1 }, format: 'hundredths' },
  },
  {
    kind: 'range',
    path: 'film.rotate',
    flag: 'rotate',
    when: isFilm,
    ...{ min: -10, max: 10, step: 0.5, format: 'degrees' },
  },
  sizeField,
  seedField,
  networkField,
];
