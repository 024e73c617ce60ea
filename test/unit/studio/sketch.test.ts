/** What one pass is asked for before the slow painter: which recipes it can stand in for, and how large. */
import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../shared/recipe';
import { recipeVersion } from '../../../shared/recipe/version';
import { fastDefaults } from '../../../shared/techniques/fast/schema';
import type { StyleRecipe } from '../../../shared/techniques/style/schema';
import { sketchOf } from '../../../web/studio/state/sketch';

const style = (changes: object): StyleRecipe =>
  parseRecipe({ technique: 'style', version: recipeVersion, styles: [{ preset: 'udnie', weight: 2 }], ...changes });

describe('a sketch', () => {
  it('is of the same paintings, and not smaller than its network learned to paint', () => {
    const learned = fastDefaults.size;
    for (const [size, painted] of [
      [learned / 2, learned],
      [2 * learned, 2 * learned],
    ] as const) {
      expect(sketchOf(style({ size }))).toMatchObject({ styles: [{ style: 'udnie', weight: 2 }], size: painted });
    }
  });

  it.each([
    ['a picture of one’s own', { styles: [{ preset: 'udnie' }, { image: null }] }],
    ['a mask', { styles: [{ preset: 'udnie', mask: null }] }],
    ['another start', { start: 'noise' }],
    ['no weight', { styles: [{ preset: 'udnie', weight: 0 }] }],
  ])('is not made of %s', (_, changes) => {
    expect(sketchOf(style(changes))).toBeNull();
  });
});
