/**
 * One recipe for every technique, view and option that takes another branch of the engine, at a size and a number of
 * steps that take a moment. What they come to is kept in test/fixtures/golden (golden.test.ts).
 */
import type { Recipe } from '../../../shared/techniques';

/** A recipe, less its version, and which of the test's inputs it is given. */
export interface GoldenCase {
  readonly recipe: { readonly technique: Recipe['technique'] } & Readonly<Record<string, unknown>>;
  readonly start?: true;
  readonly guide?: true;
  /** Of the styles, in their order: which has a mask. */
  readonly masks?: readonly boolean[];
  /** One entry per style: a picture, or a preset of the server. Two pictures differ. */
  readonly styles?: readonly ('picture' | 'other' | 'preset')[];
}

const style = (fields: object = {}, more: Omit<GoldenCase, 'recipe'> = {}): GoldenCase => {
  const given = more.styles ?? ['picture'];
  const styles = given.map((kind, i) => ({
    ...(kind === 'preset' ? { preset: 'great-wave' } : { image: null }),
    ...(more.masks?.[i] ? { mask: null } : {}),
    weight: i + 1,
  }));
  const schedule = { minSize: 64, firstSteps: 3, steps: 2 };
  return { ...more, styles: given, recipe: { technique: 'style', size: 64, seed: 5, schedule, styles, ...fields } };
};
const dream = (fields: object, more: Omit<GoldenCase, 'recipe'> = {}): GoldenCase => {
  const layers = [{ layer: 'relu4_1', weight: 1 }];
  return {
    ...more,
    recipe: { technique: 'dream', size: 80, seed: 5, layers, octaves: 2, steps: 2, jitter: 9, ...fields },
  };
};
const texture = (fields: object, more: Omit<GoldenCase, 'recipe'> = {}): GoldenCase => ({
  ...more,
  recipe: { technique: 'texture', size: 64, sampleSize: 64, seed: 5, steps: 2, ...fields },
});
const invert = (fields: object, more: Omit<GoldenCase, 'recipe'> = {}): GoldenCase => ({
  ...more,
  recipe: { technique: 'invert', size: 64, seed: 5, steps: 3, ...fields },
});
const see = (view: string, fields: object = {}, more: Omit<GoldenCase, 'recipe'> = {}): GoldenCase => ({
  ...more,
  recipe: { technique: 'see', view, size: 64, seed: 5, layer: 'relu3_1', steps: 3, ...fields },
});
const fast = (styles: readonly object[], fields: object = {}): GoldenCase => ({
  recipe: { technique: 'fast', size: 64, seed: 5, styles, ...fields },
});

export const goldenCases: Readonly<Record<string, GoldenCase>> = {
  'style, two scales': style({ size: 90 }),
  'style by Gram matrices': style({ loss: 'gram' }),
  'style by moments': style({ loss: 'moments' }),
  'style by optimal transport': style({ loss: 'wasserstein' }),
  'style from noise': style({ start: 'noise' }),
  'style from a picture': style({ start: 'image', startImage: null }, { start: true }),
  'style in the lights only': style({ colours: 'luminance' }),
  'style recoloured beforehand': style({ colours: 'match' }),
  'style with max pooling': style({ pooling: 'max' }),
  'style with average pooling': style({ pooling: 'average' }),
  'style by L-BFGS, two scales': style({ size: 90, optimiser: { method: 'lbfgs', history: 3 } }),
  'style by plain Adam, not averaged': style({ optimiser: { levels: 1, averaging: 0 } }),
  'style without jitter, grain, palette and variation': style({ jitter: 0, grain: 0, palette: 0, totalVariation: 0 }),
  'style, larger and stronger': style({ styleScale: 2, strength: 80 }),
  'style of a preset': style({}, { styles: ['preset'] }),
  'style of three, mixed': style({}, { styles: ['picture', 'preset', 'other'] }),
  'style in a mask': style({}, { styles: ['picture', 'other'], masks: [true, false] }),
  'style in two masks': style({ colours: 'match' }, { styles: ['picture', 'other'], masks: [true, true] }),
  'style in one mask, by transport': style({ loss: 'wasserstein' }, { masks: [true] }),
  'style without content': style({ contentLayers: [] }),
  'style without steps': style({ schedule: { minSize: 64, firstSteps: 0, steps: 0 } }),
  dream: dream({}),
  'dream of several layers and channels': dream({
    layers: [
      { layer: 'relu3_1', weight: 0.5, channels: [1, 4] },
      { layer: 'relu4_1', weight: 1 },
    ],
  }),
  'dream of a neuron': dream({ layers: [{ layer: 'relu4_1', weight: 1, channels: [3], at: { x: 0.3, y: 0.6 } }] }),
  'dream towards a guide': dream({ guide: null }, { guide: true }),
  'dream in tiles': dream({ size: 300, tile: 256, octaves: 1, steps: 1 }),
  'dream as a film': dream({ octaves: 1, steps: 1, film: { frames: 3, zoom: 1.1, rotate: 4 } }),
  'dream from a picture, without jitter': dream({ startImage: null, jitter: 0 }, { start: true }),
  inversion: invert({ layers: ['relu3_1'] }),
  'inversion as a ladder': invert({ layers: ['relu1_1', 'relu4_1'] }),
  'inversion from a picture': invert({ layers: ['relu2_1'], startImage: null }, { start: true }),
  'inversion without regularisation': invert({ layers: ['relu2_1'], totalVariation: 0, alphaNorm: 0 }),
  texture: texture({ size: 96 }),
  'texture that tiles, without grain': texture({ seamless: true, grain: 0 }),
  'texture as a ladder': texture({
    ladder: true,
    layers: ['relu1_1', 'relu3_1'].map((layer) => ({ layer, weight: 1 })),
  }),
  'texture from a picture, wide': texture({ startImage: null, aspect: 1.5 }, { start: true }),
  'texture pixel by pixel': texture({ method: 'efros-leung', baseline: { window: 5 } }),
  'texture patch by patch': texture({ method: 'quilting', size: 96, baseline: { patch: 24 } }),
  'texture patch by patch, that tiles': texture({ method: 'quilting', seamless: true, baseline: { patch: 24 } }),
  'what a layer sees': see('activations', { maxChannels: 5 }),
  'what a channel sees': see('activations', { channel: 7 }),
  'what a layer depends on': see('saliency', { smooth: { samples: 3, noise: 0.1 } }),
  'what a channel depends on': see('saliency', { channel: 7, overlay: 0.4, smooth: { samples: 3, noise: 0.1 } }),
  'the plain gradient': see('saliency', { smooth: { samples: 1, noise: 0.1 } }),
  'what a channel likes best': see('feature', { channel: 7 }),
  'what a channel likes best, from a picture': see('feature', { channel: 7, startImage: null }, { start: true }),
  'Gram matrix': see('gram'),
  'Gram matrix of one channel': see('gram', { channel: 7 }),
  'one pass': fast([{ style: 'great-wave' }]),
  'one pass, another seed': fast([{ style: 'great-wave' }], { seed: 6 }),
  'one pass of three styles': fast([{ style: 'great-wave' }, { style: 'udnie', weight: 2 }, { style: 'the-scream' }]),
  'one pass at half strength': fast([{ style: 'starry-night' }], { strength: 50 }),
  'one pass in tiles': fast([{ style: 'starry-night' }], { size: 300, tile: 256 }),
  'one pass of an own style of version 1': fast([{ style: 'own-v1' }]),
  'one pass of an own style of version 2, mixed': fast([{ style: 'own-v2' }, { style: 'udnie' }]),
  'one pass of an own network of version 2': fast([{ style: 'own-v2-all' }]),
  'one pass of an own network of version 3': fast([{ style: 'own-v3-all' }], { strength: 60 }),
};

const shallow = {
  contentLayers: [{ layer: 'relu3_1', weight: 1 }],
  styleLayers: [
    { layer: 'relu1_1', weight: 1 },
    { layer: 'relu3_1', weight: 1 },
  ],
};

/** Plain JavaScript is slow; it need not show every branch again, but every technique, optimiser and kernel. */
export const onPlainJavaScript: Readonly<Record<string, object>> = {
  'style from noise': { schedule: { minSize: 64, firstSteps: 1, steps: 0 }, ...shallow },
  'style by L-BFGS, two scales': {
    size: 64,
    schedule: { minSize: 64, firstSteps: 1, steps: 0 },
    jitter: 0,
    ...shallow,
  },
  dream: { size: 64, octaves: 1, steps: 1 },
  'dream towards a guide': { size: 64, octaves: 1, steps: 1 },
  inversion: { steps: 1 },
  texture: { size: 64, steps: 1 },
  'what a layer sees': {},
  'what a channel depends on': { smooth: { samples: 1, noise: 0 } },
  'what a channel likes best': { steps: 1 },
  'Gram matrix': {},
  'one pass of an own network of version 3': {},
};
