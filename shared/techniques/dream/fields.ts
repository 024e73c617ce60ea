/** DeepDream's controls and flags. */
import { type Field, networkField, range, seedField, sizeField } from '../contract';
import type { DreamRecipe } from './schema';

type Place = NonNullable<DreamRecipe['layers'][number]['at']>;

const isFilm = ({ film }: DreamRecipe) => film.frames > 0;

export const dreamFields: readonly Field<DreamRecipe>[] = [
  { kind: 'view', path: 'layers', view: 'dream-layers', place: 'advanced' },
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
  range('stepSize', 'step-size', [0.25, 6, 0.25], 'decimal', { key: 'strength', scale: { unit: 1 / 255 } }),
  range('steps', 'steps', [1, 40, 1], 'integer'),
  range('octaves', 'octaves', [1, 8, 1], 'integer'),
  { kind: 'guide', path: 'guide', flag: 'guide' },
  range('film.frames', 'frames', [0, 120, 5], 'integer'),
  // In percent per frame.
  range('film.zoom', 'zoom', [-10, 20, 1], 'hundredths', { when: isFilm, scale: { unit: 0.01, offset: 1 } }),
  range('film.rotate', 'rotate', [-10, 10, 0.5], 'degrees', { when: isFilm }),
  sizeField,
  seedField,
  networkField,
];
