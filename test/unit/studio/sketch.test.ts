/** What one pass is asked for before the slow painter: which recipes it can stand in for, and how large. */
import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../shared/recipe';
import { recipeVersion } from '../../../shared/recipe/version';
import { defaultRecipe } from '../../../shared/techniques';
import { fastDefaults, learnedPresets } from '../../../shared/techniques/fast/schema';
import type { StyleRecipe } from '../../../shared/techniques/style/schema';
import { photoStyle } from '../../../shared/transformer';
import { readStored } from '../../../tools/weights/stored';
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

  it('is by the network that learned its paintings, and those are the ones that it has learned', async () => {
    const { manifest } = await readStored('web/public/weights/reverie-fast.json');
    expect(manifest.transformer?.styles.filter((id) => id !== photoStyle)).toEqual(learnedPresets);
  });

  it.each([
    ['a picture of one’s own', { styles: [{ preset: 'udnie' }, { image: null }] }],
    ['a mask', { styles: [{ preset: 'udnie', mask: null }] }],
    ['a painting that nobody learned', { styles: [{ preset: 'the-kiss' }] }],
    ['broader strokes', { styleScale: 2 }],
    ['the photo’s colours', { colours: 'luminance' }],
  ])('is by the network for any painting where there is %s', (_, changes) => {
    const wanted = style(changes);
    const { styles, styleScale, colours } = wanted;
    expect(sketchOf(wanted)).toMatchObject({ technique: 'any', styles, styleScale, colours });
  });

  it('follows the strength everywhere, and keeps both ends', () => {
    const at = (strength: number) => (sketchOf(style({ strength })) as { readonly strength: number }).strength;
    const all = Array.from({ length: 101 }, (_, strength) => at(strength));
    expect([all[0], all[100]]).toEqual([0, 100]);
    expect(all.every((each, i) => i === 0 || each >= (all[i - 1] ?? 0))).toBe(true);
    expect(at(50)).toBeGreaterThanOrEqual(85);
  });

  it('of a recipe of one pass is that recipe', () => {
    const fast = parseRecipe({ technique: 'fast', version: recipeVersion, styles: [{ style: 'udnie' }], size: 300 });
    expect(sketchOf(fast)).toBe(fast);
    expect(sketchOf(defaultRecipe('fast'))).toBeNull();
    expect(sketchOf(defaultRecipe('dream'))).toBeNull();
  });

  it.each([
    ['another start', { start: 'noise' }],
    ['no weight', { styles: [{ preset: 'udnie', weight: 0 }] }],
  ])('is not made of %s', (_, changes) => {
    expect(sketchOf(style(changes))).toBeNull();
  });
});
