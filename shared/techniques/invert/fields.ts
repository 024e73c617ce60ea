/** Feature inversion's controls and flags. */
import { type Field, networkField, range, seedField, sizeField } from '../contract';
import type { InvertRecipe } from './schema';

export const invertFields: readonly Field<InvertRecipe>[] = [
  { kind: 'layers', path: 'layers', flag: 'layer', place: 'advanced', least: 1 },
  range('steps', 'steps', [50, 1000, 50], 'integer'),
  // Multiples, in octaves.
  range('totalVariation', 'tv', [-4, 4, 0.5], 'times', { key: 'smoothness', scale: 'octaves' }),
  sizeField,
  seedField,
  networkField,
  { kind: 'number', path: 'stepSize', flag: 'step-size', place: 'flag' },
];
