/**
 * Live figures: every view and technique under a name, `/figure/<name>`, as a recipe's fields that are not its defaults. Read by the
 * edge (which names there are), the frame (what to run), and the tool that makes the pictures beforehand.
 */

import { classLayer, kindsNetwork } from './networks';

/** Long side of a figure, pixels: small enough to be there soon on a phone. */
export const figureSize = 288;

const see = (view: string, more: object = {}) => ({ technique: 'see', view, ...more });

/** A small network that learned one painting, to show what its norm and its way to enlarge do (fast/README.md). */
const claim = (network: string) => ({ technique: 'fast', network, styles: [{ style: 'starry-night', weight: 1 }] });

/** A kind of things by its number in `imagenet/kinds.txt`. */
const ofKind = (channel: number) => ({ network: kindsNetwork, layer: classLayer, channel });

export const figures: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  activations: see('activations', { layer: 'relu3_1', maxChannels: 36 }),
  saliency: see('saliency', { layer: 'relu5_1', smooth: { samples: 8 } }),
  guided: see('saliency', { layer: 'relu4_1', channel: 20, backward: 'guided', smooth: { samples: 1 }, overlay: 1 }),
  check: see('saliency', { layer: 'relu4_1', channel: 20, shuffled: true, smooth: { samples: 1 }, overlay: 1 }),
  gradcam: see('gradcam', { layer: 'relu5_1', channel: 5 }),
  occlusion: see('occlusion', { layer: 'relu4_1', channel: 20, squares: 14 }),
  class: see('gradcam', ofKind(19)),
  classfeature: see('feature', { ...ofKind(5), steps: 64, size: 128 }),
  segmentation: see('segmentation', { layer: 'relu5_1', smooth: { samples: 4 } }),
  feature: see('feature', { layer: 'relu5_1', channel: 30, steps: 64, size: 128 }),
  ascent: see('ascent', { layer: 'relu4_1', channel: 7, steps: 48 }),
  filters: see('filters', { layer: 'relu1_1', size: 480 }),
  patches: see('patches', { layer: 'relu4_1' }),
  neighbours: see('neighbours', { layer: 'relu4_1' }),
  map: see('map', { layer: 'relu4_1', steps: 300 }),
  gram: see('gram', { layer: 'relu3_1' }),
  fooling: see('fooling', { layer: 'relu5_1', guide: null }),
  apart: see('apart', { layer: 'relu4_3' }),
  dream: { technique: 'dream', octaves: 3, steps: 6 },
  inversion: { technique: 'invert', layers: ['relu1_1', 'relu3_1', 'relu5_1'], steps: 60, size: 128 },
  texture: { technique: 'texture', steps: 40, size: 192 },
  style: { technique: 'style', styles: [{ preset: 'great-wave', weight: 1 }], size: 192 },
  instant: { technique: 'fast', styles: [{ style: 'great-wave', weight: 1 }] },
  instancenorm: claim('claims-instance-resize'),
  batchnorm: claim('claims-batch-resize'),
  transposed: claim('claims-instance-transposed'),
  seurat: { technique: 'any', styles: [{ preset: 'la-grande-jatte', weight: 1 }] },
};

/** The controls beside a figure, by their fields' keys: those that its text speaks of. The small networks that show a claim have none. */
export const figureControls: Readonly<Record<keyof typeof figures, readonly string[]>> = {
  activations: ['layer', 'maxChannels'],
  saliency: ['layer', 'samples'],
  guided: ['backward', 'channel'],
  check: ['backward', 'channel'],
  gradcam: ['layer', 'channel'],
  occlusion: ['channel', 'square'],
  class: ['channel', 'overlay'],
  classfeature: ['channel', 'steps'],
  segmentation: ['layer', 'samples'],
  feature: ['layer', 'channel'],
  ascent: ['layer', 'channel'],
  filters: ['layer'],
  patches: ['layer', 'channel'],
  neighbours: ['layer'],
  map: ['layout', 'layer'],
  gram: ['layer'],
  fooling: ['layer', 'steps'],
  apart: ['layer'],
  dream: ['strength', 'octaves'],
  inversion: ['steps', 'smoothness'],
  texture: ['method', 'grain'],
  style: ['strength', 'styleScale'],
  instant: ['strength'],
  instancenorm: [],
  batchnorm: [],
  transposed: [],
  seurat: ['strength', 'styleScale'],
};

export const isFigure = (name: string): boolean => Object.hasOwn(figures, name);

/**
 * The recipe of a figure with what its address says over it: `?layer=relu3_1&channel=7`, numbers as numbers; unchecked.
 * @param parameters those that are the frame's own (`lang`, `theme`, `backend`) are left out
 */
export function figureRecipe(name: string, parameters: Iterable<[string, string]>): Readonly<Record<string, unknown>> {
  const said = [...parameters].filter(([key]) => !['lang', 'theme', 'backend'].includes(key));
  const values = said.map(([key, word]) => [key, /^-?\d+(\.\d+)?$/.test(word) ? Number(word) : word] as const);
  return { size: figureSize, ...figures[name], ...Object.fromEntries(values) };
}
