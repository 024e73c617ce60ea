import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../shared/recipe';
import { Clock, scalesOf } from '../../../web/engine/techniques/style/scales';

const recipe = (size: number, minSize = 128) =>
  parseRecipe({
    technique: 'style',
    version: 1,
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

  it('are one where the recipe is no larger than the smallest', () => {
    expect(scalesOf(recipe(96), 300, 300)).toEqual([{ longSide: 96, width: 96, height: 96, steps: 100 }]);
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

describe('the clock of a run', () => {
  it('expects large pictures to take as much longer as they have more pixels', () => {
    const small = { longSide: 10, width: 10, height: 10, steps: 4 };
    const large = { longSide: 20, width: 20, height: 20, steps: 2 };
    const clock = new Clock([small, large]);
    for (let i = 0; i < 4; i++) clock.add(small, 5);
    // 400 pixels took 20 ms; 800 are left.
    expect(clock.remainingMs).toBeCloseTo(40, 6);
    clock.add(large, 30);
    clock.add(large, 30);
    expect([clock.remainingMs, clock.steps, clock.elapsedMs]).toEqual([0, 6, 80]);
  });

  it('knows nothing before the first step, and says 0', () => {
    expect(new Clock([{ longSide: 9, width: 9, height: 9, steps: 3 }]).remainingMs).toBe(0);
  });
});
