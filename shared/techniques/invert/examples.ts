/** Inversions that people ask for by name: fields that are not the defaults. */
import type { InvertRecipe } from './schema';

export const invertExamples: Readonly<Record<string, Partial<InvertRecipe>>> = {
  inversion: {},
  near: { layers: ['relu2_1'] },
  shapes: { layers: ['relu4_1'] },
  gist: { layers: ['relu5_1'] },
};
