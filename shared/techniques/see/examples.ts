/** Looks that people ask for by name: fields that are not the defaults. */
import type { SeeRecipe } from './schema';

export const seeExamples: Readonly<Record<string, Partial<SeeRecipe>>> = {
  activations: {},
  feature: { view: 'feature' },
  saliency: { view: 'saliency' },
  occlusion: { view: 'occlusion' },
  gradcam: { view: 'gradcam', layer: 'relu5_1' },
  filters: { view: 'filters', layer: 'relu1_1' },
  patches: { view: 'patches' },
  segmentation: { view: 'segmentation' },
  neighbours: { view: 'neighbours' },
  map: { view: 'map' },
  apart: { view: 'apart' },
  gram: { view: 'gram' },
};
