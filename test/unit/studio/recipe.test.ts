/** The recipe that the controls edit: defaults from one place, quality, loading and refusing recipes. */
import { beforeEach, describe, expect, it } from 'vitest';
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { parseRecipe } from '../../../shared/recipe';
import type { Recipe } from '../../../shared/techniques';
import type { ChoiceField } from '../../../shared/techniques/contract';
import { styleDefaults } from '../../../shared/techniques/style/schema';
import { textureDefaults } from '../../../shared/techniques/texture/schema';
import { fieldsOf, keyOf, readField } from '../../../shared/techniques/values';
import { offeredSizes, sizeSteps, smallerSize, startingSize } from '../../../web/page/run/sizes';
import { loadRecipe } from '../../../web/studio/state/loadRecipe';
import { ownPaintings } from '../../../web/studio/state/ownPaintings';
import * as store from '../../../web/studio/state/recipe';

const recipe = () => store.styleRecipe.value;
const minimal = { technique: 'style', version: 2, styles: [{ preset: 'starry-night' }] };

function refusal(json: string): ReverieError {
  try {
    loadRecipe(json);
  } catch (error) {
    if (error instanceof ReverieError) return error;
  }
  throw new Error('was not refused');
}

beforeEach(() => {
  loadRecipe(JSON.stringify(minimal));
});

const quality = fieldsOf('style').find((field) => keyOf(field) === 'quality') as ChoiceField<Recipe>;
const qualityNow = () => readField(store.recipe.value, quality);

describe('recipe store', () => {
  it('begins with the shared defaults', () => {
    expect(recipe()).toMatchObject({
      size: styleDefaults.size,
      seed: styleDefaults.seed,
      strength: styleDefaults.strength,
      styleScale: styleDefaults.styleScale,
      schedule: styleDefaults.schedule,
    });
    expect(qualityNow()).toBe('normal');
  });

  it('changes the schedule with the quality and recognises it again', () => {
    for (const chosen of quality.options) {
      store.editField('style', quality, chosen);
      expect(qualityNow()).toBe(chosen);
    }
    store.editField('style', quality, 'draft');
    const draft = recipe().schedule.steps;
    store.editField('style', quality, 'fine');
    expect(recipe().schedule.steps).toBe(4 * draft);
    store.edit({ schedule: { ...recipe().schedule, steps: 3 } });
    expect(qualityNow()).toBeNull();
  });

  it('says which style is chosen', () => {
    expect(store.chosenStyle.value).toEqual({ preset: 'starry-night' });
    store.chooseOwn('c'.repeat(64));
    expect(store.chosenStyle.value).toEqual({ image: 'c'.repeat(64) });
    store.edit({ styles: [] });
    expect(store.chosenStyle.value).toBeNull();
    loadRecipe(JSON.stringify({ ...minimal, styles: [{ preset: 'a' }, { preset: 'b', weight: 2 }] }));
    expect(store.chosenStyle.value).toBe('mixed');
  });

  it('gives a painting of one’s own the place of one that is not here, and leaves the rest of the mix', () => {
    ownPaintings.value = [];
    loadRecipe(
      JSON.stringify({
        ...minimal,
        styles: [
          { preset: 'a', weight: 3 },
          { image: null, mask: null },
        ],
      }),
    );
    store.chooseOwn('c'.repeat(64));
    expect(recipe().styles).toEqual([
      { preset: 'a', weight: 3 },
      { image: 'c'.repeat(64), weight: 1, mask: null },
    ]);
  });

  it('rolls seeds that the recipe accepts', () => {
    for (const random of [0, 0.5, 0.999999]) {
      store.rollSeed(() => random);
      expect(recipe().seed).toBeGreaterThanOrEqual(limits.run.seed.min);
      expect(() => parseRecipe(recipe())).not.toThrow();
    }
  });

  it('forgets the weights’ hash when something is edited', () => {
    loadRecipe(JSON.stringify({ ...minimal, weights: 'a'.repeat(64) }));
    expect(recipe().weights).toBe('a'.repeat(64));
    store.edit({ strength: 10 });
    expect(recipe().weights).toBeUndefined();
  });

  it('goes back to the defaults but keeps style and size', () => {
    store.setSize(768);
    store.edit({ strength: 3, seed: 99 });
    store.resetSettings();
    expect(recipe()).toMatchObject({ strength: styleDefaults.strength, seed: styleDefaults.seed, size: 768 });
    expect(store.chosenStyle.value).toEqual({ preset: 'starry-night' });
  });

  it('does not override a chosen size with the device’s', () => {
    store.setSize(768);
    store.suggestSize(256);
    expect(recipe().size).toBe(768);
  });

  it('reads back what it writes', () => {
    store.edit({ strength: 71, seed: 7 });
    const before = recipe();
    loadRecipe(store.recipeText());
    expect(recipe()).toEqual(before);
  });

  it.each([
    ['no JSON', 'strength: 5', 'recipe-invalid', 'JSON'],
    ['an unknown field', JSON.stringify({ ...minimal, strenght: 5 }), 'recipe-invalid', '"strenght"'],
    ['an absurd number', JSON.stringify({ ...minimal, size: 1e9 }), 'recipe-invalid', '"size"'],
    ['no style', JSON.stringify({ ...minimal, styles: [] }), 'recipe-invalid', '"styles"'],
    ['a future version', JSON.stringify({ ...minimal, version: 99 }), 'recipe-version', '99'],
    ['a list', '[]', 'recipe-invalid', '"technique"'],
  ])('refuses %s and keeps the recipe before it', (_, json, code, named) => {
    const before = recipe();
    const error = refusal(json);
    expect(error.code).toBe(code);
    expect(error.message).toContain(named);
    expect(recipe()).toBe(before);
  });
});

describe('techniques', () => {
  it('each keep what they were set to, and share the size', () => {
    store.chooseTechnique('dream');
    store.editOf('dream', { octaves: 2 });
    store.setSize(768);
    store.chooseTechnique('texture');
    expect(store.recipe.value).toMatchObject({ technique: 'texture', size: 768, steps: textureDefaults.steps });
    store.chooseTechnique('dream');
    expect(store.recipe.value).toMatchObject({ technique: 'dream', octaves: 2, size: 768 });
    store.chooseTechnique('style');
    expect(store.recipe.value).toMatchObject({ styles: [{ preset: 'starry-night' }], size: 768 });
  });

  it('are switched by a loaded recipe, which leaves the others alone', () => {
    store.edit({ strength: 31 });
    loadRecipe(JSON.stringify({ technique: 'see', version: 2, view: 'feature', channel: 7 }));
    expect(store.technique.value).toBe('see');
    expect(store.recipe.value).toMatchObject({ view: 'feature', channel: 7 });
    expect(recipe().strength).toBe(31);
  });

  it('are reset one by one', () => {
    store.edit({ strength: 31 });
    loadRecipe(JSON.stringify({ technique: 'dream', version: 2, octaves: 1 }));
    store.resetSettings();
    expect(store.recipe.value).toEqual(parseRecipe({ technique: 'dream', version: 2 }));
    expect(recipe().strength).toBe(31);
  });

  it('take a field out when it is set to nothing, and edit what they share', () => {
    loadRecipe(JSON.stringify({ technique: 'see', version: 2, channel: 7 }));
    store.editOf('see', { channel: undefined });
    store.editShared({ seed: 5 });
    expect(store.recipe.value).toEqual(parseRecipe({ technique: 'see', version: 2, seed: 5 }));
    expect('channel' in store.recipe.value).toBe(false);
  });
});

describe('sizes', () => {
  it('are all allowed, ascending, and include the default', () => {
    expect([...sizeSteps].sort((a, b) => a - b)).toEqual(sizeSteps);
    expect(sizeSteps).toContain(styleDefaults.size);
    for (const size of sizeSteps) expect(size).toBeLessThanOrEqual(limits.run.maxSize);
  });

  it('start lower where the device is weaker', () => {
    const [desktop, phone, processor] = [
      startingSize('webgpu', false),
      startingSize('webgpu', true),
      startingSize('wasm', false),
    ];
    expect(desktop).toBe(styleDefaults.size);
    expect(phone).toBeLessThan(desktop);
    expect(processor).toBeLessThan(phone);
  });

  it('offer a recipe’s odd size among the others', () => {
    expect(offeredSizes(640)).toContain(640);
    expect(offeredSizes(512)).toEqual(sizeSteps);
  });

  it('step down once, and not below the smallest', () => {
    expect(smallerSize(512)).toBe(384);
    expect(smallerSize(500)).toBe(384);
    expect(smallerSize(256)).toBeNull();
  });
});
