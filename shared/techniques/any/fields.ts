/** The controls and flags of any painting's style in one pass. */
import { type Field, networkField, seedField, sizeField } from '../contract';
import { styleColours } from '../style/schema';
import type { AnyStyleRecipe } from './schema';

export const anyFields: readonly Field<AnyStyleRecipe>[] = [
  { kind: 'range', path: 'strength', flag: 'strength', min: 0, max: 100, step: 1, format: 'integer' },
  { kind: 'range', path: 'detail', flag: 'detail', min: 0, max: 100, step: 5, format: 'integer' },
  sizeField,
  // In octaves: 1 on the slider doubles the strokes.
  {
    kind: 'range',
    path: 'styleScale',
    flag: 'style-scale',
    ...{ min: -2, max: 2, step: 0.25, scale: 'octaves', format: 'times' },
  },
  seedField,
  { kind: 'choice', path: 'colours', flag: 'colours', place: 'advanced', options: styleColours },
  { kind: 'styles', path: 'styles', flag: 'style', place: 'advanced' },
  { kind: 'masks', path: 'styles', key: 'masks', flag: 'mask', place: 'flag' },
  { ...networkField, place: 'flag' },
  { kind: 'number', path: 'tile', flag: 'tile', place: 'flag' },
];
