/** What a run holds beside its tensors, as the memory estimate counts it, against what it does hold. */
import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../shared/recipe';
import type { Recipe, RecipeInput } from '../../../shared/techniques';
import { Network } from '../../../web/engine/network/network';
import { techniqueOf } from '../../../web/engine/techniques';
import { targetsFromImage } from '../../../web/engine/techniques/style/targets';
import type { Technique } from '../../../web/engine/techniques/technique';
import type { RunControl } from '../../../web/engine/types';
import { useBackend } from '../../support/backends';
import { madeUpParameters } from '../../support/madeUp';
import { smallTaps } from '../../support/smallEngine';
import { chain } from '../../support/smallNetworks';
import { landscape, painting } from './pictures';

const [width, height] = [96, 72];
const layers = smallTaps.map((layer) => ({ layer, weight: 1 }));
const small = { version: 2, size: width, seed: 3 } as const;
const style = {
  ...small,
  technique: 'style',
  styles: [{ image: null }],
  styleLayers: layers,
  contentLayers: [{ layer: 'relu2', weight: 1 }],
  schedule: { minSize: 64, firstSteps: 2, steps: 12 },
} as const;
const recipes: Readonly<Record<string, object>> = {
  'style by Adam': style,
  'style by L-BFGS': { ...style, optimiser: { method: 'lbfgs', history: 5 } },
  dream: { ...small, technique: 'dream', layers: [{ layer: 'relu2' }], steps: 2, octaves: 2 },
  'a film of a dream': {
    ...small,
    technique: 'dream',
    layers: [{ layer: 'relu2' }],
    steps: 2,
    octaves: 1,
    film: { frames: 4, zoom: 1.1, rotate: 3 },
  },
  inversion: { ...small, technique: 'invert', layers: ['relu2'], steps: 2 },
  'a ladder of inversions': { ...small, technique: 'invert', layers: ['relu1', 'relu2'], steps: 2 },
  texture: { ...small, technique: 'texture', sampleSize: 64, layers, steps: 2 },
  'a ladder of textures': { ...small, technique: 'texture', sampleSize: 64, layers, ladder: true, steps: 2 },
  'what a channel likes best': { ...small, technique: 'see', view: 'feature', layer: 'relu2', channel: 1, steps: 2 },
  saliency: { ...small, technique: 'see', view: 'saliency', layer: 'relu2', smooth: { samples: 2 } },
};

/** Of all arrays in a value, each counted once. */
function bytesIn(value: unknown, seen = new Set<object>()): number {
  if (typeof value !== 'object' || value === null || seen.has(value)) return 0;
  seen.add(value);
  if (value instanceof ArrayBuffer) return value.byteLength;
  if (ArrayBuffer.isView(value)) return bytesIn(value.buffer, seen);
  return Object.values(value).reduce((sum: number, child) => sum + bytesIn(child, seen), 0);
}

/** Runs it, and weighs the last two states together with the result. */
async function held(technique: Technique, recipe: Recipe): Promise<number> {
  const states: unknown[] = [];
  const control: RunControl = {
    proceed: async () => true,
    report: () => {},
    wantsPreview: () => false,
    preview: () => {},
    keep: async (take) => void states.push((await take()).state),
  };
  const network = Network.create(chain(), madeUpParameters(chain()));
  const styles = recipe.technique === 'style' ? [targetsFromImage(painting())] : [];
  const content = landscape(width, height);
  const { pixels, frames } = await technique.run({ recipe, network, content, styles, control });
  network.dispose();
  return bytesIn([...states.slice(-2), pixels, frames]);
}

describe('what a run holds beside its tensors', () => {
  useBackend('wasm');

  it.each(Object.keys(recipes))('is what the estimate says or less, and not much less, %s', async (name) => {
    const recipe = parseRecipe(recipes[name] as RecipeInput);
    const technique = techniqueOf(recipe);
    const actual = await held(technique, recipe);
    const counted = technique.heldBytes(recipe, width, height);
    expect(counted).toBeGreaterThan(actual);
    // Pictures on their way come on top of states and results.
    expect(counted / actual).toBeLessThan(3.5);
  });
});
