/** Views against PyTorch: ways back, Grad-CAM and occlusion on the embedded network, `landscape(64, 48)`, float32. */
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../shared/recipe';
import type { RecipeInputOf } from '../../../shared/techniques';
import type { SeeRecipe } from '../../../shared/techniques/see/schema';
import { rasterOf, tensorOf } from '../../../web/engine/images/pictures';
import { randomGenerator } from '../../../web/engine/images/random';
import { architectureOf } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import { headOf } from '../../../web/engine/objectives/objective';
import { see } from '../../../web/engine/techniques/see';
import { rankCorrelation } from '../../../web/engine/techniques/see/check';
import { gradcam } from '../../../web/engine/techniques/see/gradcam';
import { axisOf } from '../../../web/engine/techniques/see/occlusion';
import { responseOf } from '../../../web/engine/techniques/see/response';
import type { OcclusionData, RunControl } from '../../../web/engine/types';
import { alive, useBackend } from '../../support/backends';
import { madeUpParameters, servedParameters } from '../../support/networks';
import { chain } from '../../support/smallNetworks';
import { relativeError } from '../device/numbers';
import { flat, landscape } from './pictures';

interface Reference {
  readonly backward: Record<string, { readonly l2: number; readonly at: Record<string, number> }>;
  readonly gradcam: Record<string, { readonly width: number; readonly height: number; readonly values: number[] }>;
  readonly occlusion: Record<string, { readonly side: number; readonly left: number[]; readonly drops: number[] }>;
}
const reference = JSON.parse(
  readFileSync(new URL('../../fixtures/reference/views.json', import.meta.url), 'utf8'),
) as Reference;

const recipeOf = (more: Partial<RecipeInputOf<'see'>>): SeeRecipe =>
  parseRecipe({ technique: 'see', version: 2, size: 64, ...more });
const control: RunControl = {
  proceed: async () => true,
  report: () => undefined,
  wantsPreview: () => false,
  preview: () => undefined,
};
/** `relu4_1:20`, or a layer alone. */
const asked = (name: string): Partial<RecipeInputOf<'see'>> => {
  const [layer, channel] = name.split(':');
  return { ...(layer && { layer }), ...(channel && { channel: Number(channel) }) };
};

describe('views against PyTorch', () => {
  useBackend('wasm');
  const photo = rasterOf(landscape());
  let network: Network;
  beforeAll(async () => {
    network = Network.create(architectureOf('reverie-vgg'), await servedParameters('reverie-vgg'));
  });
  const run = (more: Partial<RecipeInputOf<'see'>>, content = landscape()) =>
    see.run({ recipe: recipeOf(more), network, content, styles: [], control });

  it.each(Object.keys(reference.backward))('walks back as it does: %s', async (name) => {
    const [backward, what = ''] = name.split(' ') as ['gradient' | 'guided' | 'deconvnet', string];
    const recipe = recipeOf({ ...asked(what), backward });
    const before = alive();
    const walked = backward === 'gradient' ? network : network.with({ backward });
    const response = responseOf(recipe, network, photo.height, photo.width);
    const image = tensorOf(photo);
    const gradient = walked.forward(image, [recipe.layer]).backward(headOf([response]));
    const values = (await gradient?.data<'float32'>()) ?? new Float32Array();
    tf.dispose([image, ...(gradient ? [gradient] : [])]);
    response.dispose();
    expect(alive()).toEqual(before);
    const { l2, at } = reference.backward[name] ?? { l2: 0, at: {} };
    expect(Math.abs(Math.hypot(...values) / l2 - 1)).toBeLessThan(1e-3);
    const there = Object.keys(at).map((i) => values[Number(i)] ?? 0);
    expect(relativeError(there, Object.values(at))).toBeLessThan(1e-3);
  });

  it.each(Object.keys(reference.gradcam))('makes its Grad-CAM: %s', async (name) => {
    const [what = '', mapLayer = ''] = name.split(' at ');
    const recipe = recipeOf({ ...asked(what), mapLayer });
    const before = alive();
    const response = responseOf(recipe, network, photo.height, photo.width);
    const image = tensorOf(photo);
    const map = await gradcam(network, image, mapLayer, response);
    image.dispose();
    response.dispose();
    expect(alive()).toEqual(before);
    const { width, height, values } = reference.gradcam[name] ?? { width: 0, height: 0, values: [] };
    expect([map.width, map.height]).toEqual([width, height]);
    expect(relativeError(map.values, values)).toBeLessThan(1e-3);
  });

  it.each(Object.keys(reference.occlusion))('loses what it loses under a square: %s', async (name) => {
    const { data, steps } = await run({ view: 'occlusion', ...asked(name), square: 0.25, squares: 6 });
    const { side, left, drops } = reference.occlusion[name] ?? { side: 0, left: [], drops: [] };
    const made = data as OcclusionData;
    expect([made.side, made.left]).toEqual([side, left]);
    expect(relativeError(made.drops, drops)).toBeLessThan(1e-3);
    // Squares that no place sees together share a pass.
    expect(steps).toBeLessThan(name === 'relu2_1:11' ? 10 : 31);
  });

  it('slides squares from border to border, and one alone where there is no room', () => {
    expect(axisOf(64, 12, 3, 5)).toEqual({ starts: [0, 26, 52], apart: 1 });
    expect(axisOf(64, 12, 3, 40)).toEqual({ starts: [0, 26, 52], apart: 2 });
    expect(axisOf(10, 12, 3, 5)).toEqual({ starts: [0], apart: 1 });
  });

  it('shuffles every weight, and leaves the network as it was', async () => {
    const before = alive();
    const other = await network.shuffled(randomGenerator(1));
    const [own, mixed] = [network, other].map((of) => of.convolution('relu3_1')?.weights.filter.dataSync() ?? []);
    expect(Array.from(mixed ?? []).sort()).toEqual(Array.from(own ?? []).sort());
    expect(relativeError(mixed ?? [], own ?? [])).toBeGreaterThan(0.5);
    other.dispose();
    expect(alive()).toEqual(before);
  });

  it('shows what a layer reads: the photo, or what comes before', async () => {
    const image = tensorOf(photo);
    const first = network.convolution('relu1_1')?.input(image);
    const pooled = network.convolution('relu2_1')?.input(image);
    expect(await first?.data()).toEqual(photo.values);
    expect(pooled?.shape).toEqual([1, 24, 32, 16]);
    tf.dispose([image, ...[first, pooled].filter((each) => each !== undefined)]);
  });

  it.each(['saliency', 'gradcam'] as const)('checks a map with shuffled weights: %s', async (view) => {
    const before = alive();
    const smooth = { samples: 1, noise: 0 };
    const { frames = [], measured } = await run({ view, layer: 'relu4_1', channel: 20, shuffled: true, smooth });
    const last = frames.at(-1);
    expect(last?.label).toMatch(/^shuffled · ρ -?[01]\.\d\d$/);
    expect(Math.abs(Number(last?.label.split('ρ ')[1]))).toBeLessThan(0.9);
    expect(measured?.correlation?.toFixed(2)).toBe(last?.label.split('ρ ')[1]);
    expect(last?.pixels.data).not.toEqual(frames[0]?.pixels.data);
    expect(alive()).toEqual(before);
  });

  it('ranks with ties at their mean', () => {
    expect(rankCorrelation(Float32Array.of(1, 2, 3, 9), Float32Array.of(2, 4, 5, 6))).toBeCloseTo(1);
    expect(rankCorrelation(Float32Array.of(1, 2, 3), Float32Array.of(3, 2, 1))).toBeCloseTo(-1);
    // By hand: ranks 0.5 0.5 2 3 against 0 1 2 3.
    expect(rankCorrelation(Float32Array.of(1, 1, 2, 3), Float32Array.of(1, 2, 3, 4))).toBeCloseTo(
      4.5 / Math.sqrt(4.5 * 5),
    );
    expect(rankCorrelation(Float32Array.of(1, 1), Float32Array.of(1, 2))).toBe(0);
  });

  it('says in words what it cannot show', async () => {
    const before = alive();
    // A channel that a grey photo does not wake.
    const silent = { layer: 'relu5_1', channel: 20 };
    for (const view of ['saliency', 'gradcam', 'occlusion', 'segmentation'] as const) {
      await expect(run({ view, ...silent }, flat([128, 128, 128]))).rejects.toMatchObject({ code: 'channel-silent' });
    }
    const behind = run({ view: 'gradcam', layer: 'relu3_1', mapLayer: 'relu4_1' });
    await expect(behind).rejects.toMatchObject({ code: 'layer-unknown' });
    const bare = { ...chain(), nodes: chain().nodes.map(bareNode) };
    const linear = Network.create(bare, madeUpParameters(bare));
    const recipe = recipeOf({ view: 'saliency', layer: 'relu2', backward: 'guided' });
    const refused = see.run({ recipe, network: linear, content: landscape(), styles: [], control });
    await expect(refused).rejects.toMatchObject({ code: 'relu-missing' });
    linear.dispose();
    expect(alive()).toEqual(before);
  });
});

type Node = ReturnType<typeof chain>['nodes'][number];
const bareNode = (node: Node): Node =>
  node.layer.kind === 'conv' ? { ...node, layer: { ...node.layer, relu: false } } : node;
