/** The controls and flags of any painting's style in one pass. */
import { type Field, networkField, range, seedField, sizeField } from '../contract';
import { styleColours } from '../style/schema';
import type { AnyStyleRecipe } from './schema';

export const anyFields: readonly Field<AnyStyleRecipe>[] = [
  range('strength', 'strength', [0, 100, 1], 'integer'),
  range('detail', 'detail', [0, 100, 5], 'integer'),
  sizeField,
  // In octaves: 1 on the slider doubles the strokes.
  range('styleScale', 'style-scale', [-2, 2, 0.25], 'times', { scale: 'octaves' }),
  seedField,
  { kind: 'choice', path: 'colours', flag: 'colours', place: 'advanced', options: styleColours },
  { kind: 'styles', path: 'styles', flag: 'style', place: 'advanced' },
  { kind: 'masks', path: 'styles', key: 'masks', flag: 'mask', place: 'flag' },
  { kind: 'strength-map', path: 'strengthMap', flag: 'strength-map', place: 'flag' },
  { ...networkField, place: 'flag' },
  { kind: 'number', path: 'tile', flag: 'tile', place: 'flag' },
];
