import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorCodes, ReverieError } from '../../../shared/errors';
import { parseRecipe } from '../../../shared/recipe';
import { migrate } from '../../../shared/recipe/migrate';
import { recipeVersion } from '../../../shared/recipe/version';
import { styleDefaults } from '../../../shared/techniques/style/schema';

const minimal = { version: 2, technique: 'style', styles: [{ preset: 'starry-night' }] } as const;

function refusal(value: unknown): ReverieError {
  try {
    parseRecipe(value);
  } catch (error) {
    if (error instanceof ReverieError) return error;
    throw error;
  }
  throw new Error('The recipe was taken.');
}

describe('a recipe', () => {
  it('gets every default that it leaves out, and owns them', () => {
    const recipe = parseRecipe(minimal);
    expect(recipe).toEqual({
      ...styleDefaults,
      version: 2,
      technique: 'style',
      network: 'reverie-vgg',
      content: null,
      styles: [{ preset: 'starry-night', weight: 1 }],
    });
    recipe.optimiser.stepSize = 1;
    recipe.styleLayers.pop();
    expect(parseRecipe(minimal).optimiser.stepSize).toBe(styleDefaults.optimiser.stepSize);
    expect(parseRecipe(minimal).styleLayers).toHaveLength(styleDefaults.styleLayers.length);
  });

  it('is the same after a second reading, and after JSON', () => {
    const recipe = parseRecipe(minimal);
    expect(parseRecipe(recipe)).toEqual(recipe);
    expect(parseRecipe(JSON.parse(JSON.stringify(recipe)))).toEqual(recipe);
  });

  it.each([
    ['an unknown field', { ...minimal, strenght: 40 }, /"strenght": there is no such field/],
    ['an unknown nested field', { ...minimal, optimiser: { rate: 1 } }, /"optimiser\.rate": there is no such field/],
    ['an absurd number', { ...minimal, size: 1e9 }, /"size".*1000000000/],
    ['NaN', { ...minimal, strength: Number.NaN }, /"strength"/],
    ['an infinite number', { ...minimal, totalVariation: Number.POSITIVE_INFINITY }, /"totalVariation"/],
    ['half a pixel', { ...minimal, size: 300.5 }, /"size"/],
    ['a negative seed', { ...minimal, seed: -1 }, /"seed"/],
    ['no style', { ...minimal, styles: [] }, /"styles"/],
    ['no style layer', { ...minimal, styleLayers: [] }, /"styleLayers"/],
    ['another technique', { ...minimal, technique: 'alchemy' }, /"technique"/],
    ['no object', 'style', /whole recipe/],
  ])('with %s is refused by code, naming the field', (_, value, message) => {
    const error = refusal(value);
    expect(error.code).toBe('recipe-invalid');
    expect(error.message).toMatch(message);
  });

  it.each([undefined, 0, 3, '1', null])('of version %s is refused as a version', (version) => {
    expect(refusal({ ...minimal, version }).code).toBe('recipe-version');
  });

  it('never fails with anything but a code, whatever it is', () => {
    const field = fc.constantFrom(...Object.keys(parseRecipe(minimal)), '__proto__', 'constructor');
    fc.assert(
      fc.property(fc.dictionary(field, fc.anything()), (fields) => {
        const value = { ...minimal, ...fields };
        try {
          parseRecipe(value);
        } catch (error) {
          expect(error).toBeInstanceOf(ReverieError);
          expect(Object.keys(errorCodes)).toContain((error as ReverieError).code);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a recipe of version 1', () => {
  const kept = { version: 1, technique: 'style', styles: [{ preset: 'starry-night' }], totalVariation: 40 } as const;

  it('paints as it did before there were grain and palette', () => {
    expect(parseRecipe(kept)).toMatchObject({ version: recipeVersion, grain: 0, palette: 0, totalVariation: 40 });
    const { totalVariation: _, ...short } = kept;
    expect(parseRecipe(short)).toMatchObject({ grain: 0, totalVariation: 80 });
    expect(parseRecipe({ version: 1, technique: 'texture' })).toMatchObject({ version: recipeVersion, grain: 0 });
  });

  it('keeps what it says itself, and what the grain has nothing to do with', () => {
    expect(parseRecipe({ ...kept, grain: 2 })).toMatchObject({ grain: 2, totalVariation: 40 });
    expect(parseRecipe({ version: 1, technique: 'dream', seed: 7 })).toEqual(
      parseRecipe({ version: recipeVersion, technique: 'dream', seed: 7 }),
    );
  });
});

describe('the migration hook', () => {
  const steps = {
    1: ({ power, ...rest }: Readonly<Record<string, unknown>>) => ({ ...rest, strength: power }),
    2: (recipe: Readonly<Record<string, unknown>>) => ({ ...recipe, palette: 'own' }),
  };

  it('takes an old recipe up step by step', () => {
    expect(migrate({ version: 1, power: 70 }, steps, 3)).toEqual({ version: 3, strength: 70, palette: 'own' });
    expect(migrate({ version: 2, strength: 70 }, steps, 3)).toEqual({ version: 3, strength: 70, palette: 'own' });
  });

  it('leaves a current one as it is, and the old one untouched', () => {
    const current = { version: 3, strength: 70 };
    expect(migrate(current, steps, 3)).toBe(current);
    const old = Object.freeze({ version: 1, power: 5 });
    migrate(old, steps, 3);
    expect(old).toEqual({ version: 1, power: 5 });
  });

  it('refuses a version from the future, and one without a way forward', () => {
    expect(() => migrate({ version: 4 }, steps, 3)).toThrow(/up to version 3/);
    expect(() => migrate({ version: 0 }, steps, 3)).toThrow(/cannot be read/);
  });
});
