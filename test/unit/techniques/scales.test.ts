import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../shared/recipe';
import { marginOf, scalesOf } from '../../../web/engine/techniques/style/scales';

const recipe = (size: number, minSize = 128) =>
  parseRecipe({
    technique: 'style',
    version: 2,
    styles: [{ preset: 'any' }],
    size,
    schedule: { minSize, firstSteps: 100, steps: 40 },
  });

describe('the scales of a run', () => {
  it('grow to the size of the recipe, most steps at the first, with the photo’s aspect', () => {
    const scales = scalesOf(recipe(512), 3000, 2000);
    expect(scales.map(({ width, height }) => [width, height])).toEqual([
      [128, 85],
      [181, 121],
      [256, 171],
      [362, 241],
      [512, 341],
    ]);
    expect(scales.map(({ steps }) => steps)).toEqual([100, 40, 40, 40, 40]);
  });

  it('are painted with the same margin around them at every size', () => {
    const scales = scalesOf(recipe(512), 3000, 2000);
    expect(marginOf(512)).toBe(16);
    for (const { longSide, width, height, canvas } of scales) {
      const margin = (2 * 16 * longSide) / 512;
      expect(Math.abs(canvas.width - width - margin)).toBeLessThanOrEqual(1);
      expect(Math.abs(canvas.height - height - margin)).toBeLessThanOrEqual(1);
    }
  });

  it('are one where the recipe says so', () => {
    expect(scalesOf(recipe(96, 96), 300, 300)).toEqual([
      {
        index: 1,
        count: 1,
        cost: 102 * 102,
        longSide: 96,
        width: 96,
        height: 96,
        canvas: { width: 102, height: 102 },
        steps: 100,
      },
    ]);
  });

  it('go beyond a small result, whose finest octave would be soft, and no further than a larger one', () => {
    const finest = (size: number) => scalesOf(recipe(size), 300, 200).at(-1);
    expect([160, 256, 320, 384, 512].map((size) => finest(size)?.longSide)).toEqual([226, 362, 384, 384, 512]);
    expect(finest(256)).toMatchObject({ width: 362, height: 241, canvas: { width: 385, height: 264 } });
    expect(scalesOf(recipe(64), 300, 200).map(({ longSide }) => longSide)).toEqual([91]);
  });

  it('begin where a narrow photo still has two cells at the deepest layer', () => {
    for (const [width, height] of [
      [1600, 100],
      [100, 1600],
      [900, 100],
    ] as const) {
      const [first] = scalesOf(recipe(1024, 64), width, height);
      expect(Math.min(first?.width ?? 0, first?.height ?? 0)).toBeGreaterThanOrEqual(32);
    }
  });
});
