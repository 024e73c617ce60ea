/** Fast style transfer's controls and flags. */
import { type Field, networkField, seedField, sizeField } from '../contract';
import type { FastRecipe } from './schema';

export const fastFields: readonly Field<FastRecipe>[] = [
  { kind: 'range', path: 'strength', flag: 'strength', min: 0, max: 100, step: 1, format: 'integer' },
  { kind: 'learned-styles', path: 'styles', flag: 'style' },
  { kind: 'view', path: '', key: 'live', view: 'live' },
  { kind: 'view', path: '', key: 'train', view: 'train' },
  sizeField,
  seedField,
  // The one that has learned the styles; there is no other to choose.
  { ...networkField, place: 'flag' },
  { kind: 'number', path: 'tile', flag: 'tile', place: 'flag' },
];
