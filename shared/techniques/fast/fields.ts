/** Fast style transfer's controls and flags. */
import { type Field, networkField, range, seedField, sizeField } from '../contract';
import type { FastRecipe } from './schema';

export const fastFields: readonly Field<FastRecipe>[] = [
  range('strength', 'strength', [0, 100, 1], 'integer'),
  { kind: 'learned-styles', path: 'styles', flag: 'style' },
  sizeField,
  seedField,
  // The one that has learned the styles; there is no other to choose.
  { ...networkField, place: 'flag' },
  { kind: 'number', path: 'tile', flag: 'tile', place: 'flag' },
];
