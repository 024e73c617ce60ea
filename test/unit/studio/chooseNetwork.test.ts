/** Another network to look through: every technique then names layers that it has, and finds its own again on the way back. */
import { beforeEach, describe, expect, it } from 'vitest';
import { type Recipe, techniqueNamed, techniqueNames } from '../../../shared/techniques';
import { dreamDefaults, dreamSuited } from '../../../shared/techniques/dream/schema';
import { styleDefaults } from '../../../shared/techniques/style/schema';
import { architectures } from '../../../web/engine/network/architectures';
import { chooseNetwork } from '../../../web/studio/state/chooseNetwork';
import { loadRecipe } from '../../../web/studio/state/loadRecipe';
import { networks } from '../../../web/studio/state/networks';
import * as store from '../../../web/studio/state/recipe';
import { tapsOf } from '../../../web/studio/state/taps';

const known = Object.keys(architectures).filter((name) => tapsOf(name).length > 0);
const looking = techniqueNames.filter((name) => techniqueNamed(name).network !== 'paints');

function layersOf(recipe: Recipe): string[] {
  switch (recipe.technique) {
    case 'style':
      return [...recipe.contentLayers, ...recipe.styleLayers].map(({ layer }) => layer);
    case 'dream':
    case 'texture':
      return recipe.layers.map(({ layer }) => layer);
    case 'invert':
      return recipe.layers;
    case 'see':
      return [recipe.layer];
    case 'any':
    case 'fast':
      return [];
  }
}

beforeEach(() => {
  networks.value = known.map((id) => ({ id, architecture: id, bytes: 1 }));
  for (const name of looking) {
    store.chooseTechnique(name);
    store.resetSettings();
  }
});

describe('another network', () => {
  it.each(known.flatMap((from) => known.map((to) => [from, to] as const)))(
    'from %s to %s has every layer that a recipe names, each once',
    (from, to) => {
      chooseNetwork(from);
      chooseNetwork(to);
      for (const name of looking) {
        const recipe = store.recipes.value[name];
        expect(recipe.network).toBe(to);
        const lists = recipe.technique === 'style' ? [recipe.contentLayers, recipe.styleLayers] : [layersOf(recipe)];
        expect(tapsOf(to).map((tap) => tap.name)).toEqual(expect.arrayContaining(layersOf(recipe)));
        for (const list of lists) expect(list.length).toBeGreaterThan(0);
        for (const list of lists) expect(new Set(list.map((each) => JSON.stringify(each))).size).toBe(list.length);
      }
    },
  );

  it('keeps the names that both have, and finds for others what sees as much', () => {
    chooseNetwork('vgg19');
    expect(store.styleRecipe.value.styleLayers).toEqual(styleDefaults.styleLayers);
    store.editOf('invert', { layers: ['relu3_1', 'relu4_1'] });
    chooseNetwork('squeezenet1_1');
    expect(store.recipes.value.invert.layers).toEqual(['fire3', 'fire5']);
  });

  it('dreams in the layers that suit it, unless somebody chose others', () => {
    chooseNetwork('inception-v3');
    expect(store.recipes.value.dream.layers).toEqual(dreamSuited['inception-v3']?.layers);
    chooseNetwork('vgg16');
    expect(store.recipes.value.dream.layers).toEqual(dreamDefaults.layers);
    store.editOf('dream', { layers: [{ layer: 'relu1_2', weight: 2, channels: [3], at: { x: 0, y: 1 } }] });
    chooseNetwork('squeezenet1_1');
    expect(store.recipes.value.dream.layers).toEqual([{ layer: 'conv1', weight: 2, at: { x: 0, y: 1 } }]);
  });

  it('takes no channel along, whose number means another thing there', () => {
    store.editOf('see', { layer: 'relu2_1', channel: 7 });
    chooseNetwork('vgg19');
    expect(store.recipes.value.see).toMatchObject({ layer: 'relu2_1' });
    expect('channel' in store.recipes.value.see).toBe(false);
  });

  it('gives back what was set under it, whatever was chosen since', () => {
    store.editOf('see', { layer: 'relu2_1', channel: 7 });
    store.edit({ contentLayers: [], styleLayers: [{ layer: 'relu1_2', weight: 3 }] });
    const before = store.recipes.value;
    for (const network of known) {
      chooseNetwork(network);
      store.editOf('texture', { layers: [{ layer: tapsOf(network)[1]?.name ?? '', weight: 2 }] });
    }
    for (const network of known) {
      chooseNetwork(network);
      expect(store.recipes.value.texture.layers).toEqual([{ layer: tapsOf(network)[1]?.name, weight: 2 }]);
    }
    chooseNetwork(before.style.network);
    expect(store.recipes.value).toEqual({ ...before, texture: store.recipes.value.texture });
  });

  it('begins anew with a recipe that is loaded or reset', () => {
    store.chooseTechnique('invert');
    chooseNetwork('squeezenet1_1');
    store.editOf('invert', { layers: ['fire9'] });
    const recipe = { technique: 'invert', version: 2, network: 'vgg16', layers: ['relu2_1'] };
    loadRecipe(JSON.stringify(recipe));
    chooseNetwork('squeezenet1_1');
    expect(store.recipes.value.invert.layers).toEqual(['fire2']);
    store.editOf('invert', { layers: ['fire9'] });
    store.resetSettings();
    chooseNetwork('squeezenet1_1');
    expect(store.recipes.value.invert.layers).not.toEqual(['fire9']);
  });

  it('leaves names alone where nobody knows the layers', () => {
    const before = store.recipes.value.invert.layers;
    chooseNetwork('somebody-elses');
    expect(store.recipes.value.invert).toMatchObject({ network: 'somebody-elses', layers: before });
  });
});
