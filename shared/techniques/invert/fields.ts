/** Feature inversion's controls and flags. */
import { type Field, networkField, seedField, sizeField } from '../contract';
import type { InvertRecipe } from './schema';

export const invertFields: readonly Field<InvertRecipe>[] = [
  { kind: 'layers', path: 'layers', flag: 'layer', least: 1 },
  { kind: 'range', path: 'steps', flag: 'steps', min: 50, max: 1000, step: 50, format: 'integer' },
  // Multiples, in octaves.
  {
    kind: 'range',
    path: 'totalVariation',
    key: 'smoothness',
    flag: 'tv',
    ...{ min: -4, max: 4, step: 0.5, scale: 'octaves', format: 'times' },
  },
  sizeField,
  seedField,
  networkField,
  { kind: 'number', path: 'stepSize', flag: 'step-size', place: 'flag' },
];
