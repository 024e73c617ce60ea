import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../shared/recipe';
import { rungsOf, startsFromPicture } from '../../../shared/recipe/about';
import { canContinue, continueRecipe } from '../../../shared/recipe/continue';
import { paintedSize } from '../../../shared/techniques/style/schema';

const version = 1 as const;
const recipes = {
  style: parseRecipe({ technique: 'style', version, size: 300, styles: [{ preset: 'udnie' }] }),
  dream: parseRecipe({ technique: 'dream', version, film: { frames: 5 } }),
  invert: parseRecipe({ technique: 'invert', version, layers: ['relu3_1'] }),
  texture: parseRecipe({ technique: 'texture', version }),
  see: parseRecipe({ technique: 'see', version, view: 'feature' }),
};
const continuable = Object.values(recipes);

describe('continueRecipe', () => {
  it.each(continuable)('should begin $technique with the result, and ask for so many steps', (recipe) => {
    const next = continueRecipe(recipe, 7);
    expect([canContinue(recipe), startsFromPicture(recipe), startsFromPicture(next)]).toEqual([true, false, true]);
    expect(parseRecipe(next)).toEqual(next);
    expect(next.technique === 'style' ? next.schedule.firstSteps : 'steps' in next && next.steps).toBe(7);
  });

  it.each(continuable)('should take as many steps again of $technique when none are asked for', (recipe) => {
    const next = continueRecipe({ ...recipe, weights: 'a'.repeat(64) });
    expect(next.weights).toBeUndefined();
    if (recipe.technique === 'style') {
      expect(next).toMatchObject({ schedule: { minSize: paintedSize(300), firstSteps: recipe.schedule.steps } });
    } else expect(next).toMatchObject({ steps: recipe.steps });
  });

  it('should stay at the full size of a dream', () => {
    expect(continueRecipe(recipes.dream)).toMatchObject({ octaves: 1, film: { frames: 5 } });
  });

  it('should take one rung of a ladder on, and want to know which', () => {
    const invert = parseRecipe({ technique: 'invert', version, layers: ['relu1_1', 'relu2_1', 'relu3_1'] });
    const texture = parseRecipe({ technique: 'texture', version, ladder: true });
    expect(rungsOf(invert)).toEqual(invert.layers);
    expect(continueRecipe(invert, 5, 'relu2_1')).toMatchObject({ layers: ['relu2_1'] });
    expect(continueRecipe(texture, 5, 'relu2_1')).toMatchObject({
      ladder: false,
      layers: texture.layers.slice(0, 2),
    });
    expect(() => continueRecipe(invert)).toThrow(/which layer.*relu1_1, relu2_1, relu3_1/);
    expect(() => continueRecipe(texture, 5, 'relu5_1')).toThrow(expect.objectContaining({ code: 'recipe-invalid' }));
  });

  it('should refuse what has no steps', () => {
    const done = [
      parseRecipe({ technique: 'fast', version, styles: [{ style: 'udnie' }] }),
      parseRecipe({ technique: 'texture', version, method: 'quilting' }),
      parseRecipe({ technique: 'see', version, view: 'saliency' }),
    ];
    for (const recipe of done) {
      expect(canContinue(recipe)).toBe(false);
      expect(() => continueRecipe(recipe)).toThrow(expect.objectContaining({ code: 'recipe-invalid' }));
    }
  });
});
