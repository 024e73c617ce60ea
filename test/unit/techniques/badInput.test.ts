/**
 * What no technique may turn into a picture of nothing: every kind of bad input through the real engine, over every
 * technique that can be given it. A clear error, or a picture that is one.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../shared/errors';
import { parseRecipe } from '../../../shared/recipe';
import type { Recipe, RecipeInput } from '../../../shared/techniques';
import { seeViews } from '../../../shared/techniques/see/schema';
import { textureMethods } from '../../../shared/techniques/texture/schema';
import { openEngine } from '../../../tools/cli/engine';
import type { Engine, Pixels, RunRequest } from '../../../web/engine/api';
import { pixelsOf } from '../../../web/engine/images/pictures';
import { flat, landscape, painting } from './pictures';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('wasm');
});
afterAll(() => engine.dispose());

const size = 64;
type Inputs = RunRequest['inputs'];

/** The least of every technique, with what it takes besides its photo. */
const style = { technique: 'style', version: 2, size, styles: [{ image: null }] } as const;
const smallest: Readonly<Record<string, { readonly recipe: object; readonly inputs?: Partial<Inputs> }>> = {
  style: { recipe: { ...style, schedule: { minSize: size, firstSteps: 2 } }, inputs: { styles: [painting()] } },
  'style by L-BFGS': {
    recipe: { ...style, schedule: { minSize: size, firstSteps: 2 }, optimiser: { method: 'lbfgs' } },
    inputs: { styles: [painting()] },
  },
  fast: { recipe: { technique: 'fast', version: 2, size, styles: [{ style: 'starry-night' }] } },
  dream: { recipe: { technique: 'dream', version: 2, size, octaves: 2, steps: 2, jitter: 4 } },
  'guided dream': {
    recipe: { technique: 'dream', version: 2, size, octaves: 1, steps: 2, jitter: 0, guide: null },
    inputs: { guide: painting() },
  },
  invert: { recipe: { technique: 'invert', version: 2, size, layers: ['relu1_1', 'relu4_1'], steps: 2 } },
  ...Object.fromEntries(
    textureMethods.map((method) => [
      `texture by ${method}`,
      { recipe: { technique: 'texture', version: 2, size, sampleSize: 64, method, steps: 2 } },
    ]),
  ),
  ...Object.fromEntries(
    seeViews.map((view) => [
      `see ${view}`,
      {
        recipe: { technique: 'see', version: 2, size, view, steps: 2, smooth: { samples: 2 } },
        // What the photo is to be taken for; the other views need nothing besides it.
        ...(view === 'fooling' ? { inputs: { guide: painting() } } : {}),
      },
    ]),
  ),
};
const names = Object.keys(smallest);

const run = (recipe: object, inputs: Partial<Inputs> = {}) =>
  engine.run({ recipe: recipe as Recipe, inputs: { content: landscape(), ...inputs } }).result;

const code = (recipe: object, inputs: Partial<Inputs> = {}) =>
  run(recipe, inputs).then(
    () => 'a picture',
    (cause: { code: ErrorCode; message: string }) => {
      expect(cause.message.length).toBeGreaterThan(20);
      return cause.code;
    },
  );

/** Numbers that are not any more become black pixels, all of them or some. */
async function isPicture(name: string, inputs: Partial<Inputs>): Promise<void> {
  const { recipe, inputs: besides } = smallest[name] ?? { recipe: {} };
  const { pixels, frames, record } = await run(recipe, { ...besides, ...inputs });
  expect(pixels.data).toHaveLength(4 * pixels.width * pixels.height);
  expect(record.losses.every(({ loss }) => Number.isFinite(loss))).toBe(true);
  for (const each of [pixels, ...frames.map((frame) => frame.pixels)]) {
    for (let i = 3; i < each.data.length; i += 4) if (each.data[i] !== 255) throw new Error('not opaque');
  }
}

describe('an image that decodes to one colour', () => {
  it.each(names)('is a photo like any other, %s', async (name) => {
    for (const grey of [0, 128, 255]) await isPicture(name, { content: flat([grey, grey, grey]) });
  });

  it('is a painting and a guide like any other', async () => {
    for (const grey of [0, 255]) {
      const one = flat([grey, grey, grey]);
      await isPicture('style', { styles: [one] });
      await isPicture('style by L-BFGS', { styles: [one], content: one });
      await isPicture('guided dream', { guide: one });
    }
  });

  it('paints in whatever way style is measured and colours are kept', async () => {
    const { recipe } = smallest.style ?? { recipe: {} };
    for (const loss of ['gram', 'covariance', 'moments', 'wasserstein']) {
      for (const colours of ['style', 'luminance', 'match']) {
        const one = flat([40, 90, 160]);
        const { record } = await run({ ...recipe, loss, colours }, { content: one, styles: [one] });
        expect(
          record.losses.every((each) => Number.isFinite(each.loss)),
          `${loss}, ${colours}`,
        ).toBe(true);
      }
    }
  });
});

describe('a recipe', () => {
  /** Every number in it, by its path. */
  function numbersIn(value: unknown, path: readonly string[] = []): string[][] {
    if (typeof value === 'number') return [[...path]];
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, child]) => numbersIn(child, [...path, key]));
  }
  function withNumber(value: unknown, [key, ...rest]: readonly string[], number: number): unknown {
    if (key === undefined) return number;
    const copy = Array.isArray(value) ? [...value] : { ...(value as object) };
    const fields = copy as Record<string, unknown>;
    fields[key] = withNumber(fields[key], rest, number);
    return copy;
  }

  it.each(names)('with a number that is none, or has no end, is refused, %s', async (name) => {
    const { recipe, inputs } = smallest[name] ?? { recipe: {} };
    const full = parseRecipe(recipe as RecipeInput);
    const paths = numbersIn(full).filter(([first]) => first !== 'version');
    expect(paths.length).toBeGreaterThan(2);
    for (const path of paths) {
      for (const number of [Number.NaN, Number.POSITIVE_INFINITY]) {
        expect(await code(withNumber(full, path, number) as object, inputs), path.join('.')).toBe('recipe-invalid');
      }
    }
  });

  const layer = 'relu9_9';
  const unknown: readonly (readonly [string, object])[] = [
    ['style', { styleLayers: [{ layer, weight: 1 }] }],
    ['style', { contentLayers: [{ layer, weight: 1 }] }],
    ['style by L-BFGS', { styleLayers: [{ layer, weight: 1 }] }],
    ['dream', { layers: [{ layer }] }],
    ['dream', { layers: [{ layer: 'relu4_1', channels: [5000] }] }],
    ['dream', { layers: [{ layer: 'relu4_1' }, { layer: 'relu4_2', channels: [5000] }] }],
    ['guided dream', { layers: [{ layer }] }],
    ['invert', { layers: ['relu1_1', layer] }],
    ['texture by gram', { layers: [{ layer, weight: 1 }] }],
    ...seeViews.flatMap((view): [string, object][] => [
      [`see ${view}`, { layer }],
      [`see ${view}`, { channel: 5000 }],
    ]),
  ];
  it.each(unknown)('with a layer or a channel that the network has not is refused, %s %j', async (name, changes) => {
    const { recipe, inputs } = smallest[name] ?? { recipe: {} };
    expect(await code({ ...recipe, ...changes }, inputs)).toBe('layer-unknown');
  });

  const nothing: readonly (readonly [string, object])[] = [
    ['style', { styles: [] }],
    ['style', { styles: [{ image: null, weight: 0 }] }],
    ['style', { styleLayers: [{ layer: 'relu1_1', weight: 0 }] }],
    ['style', { styleLayers: [] }],
    ['fast', { styles: [] }],
    ['fast', { styles: [{ style: 'starry-night', weight: 0 }] }],
    ['dream', { layers: [] }],
    ['dream', { layers: [{ layer: 'relu4_1', weight: 0 }] }],
    ['invert', { layers: [] }],
    ['texture by gram', { layers: [] }],
    ['texture by gram', { layers: [{ layer: 'relu1_1', weight: 0 }] }],
  ];
  it.each(nothing)('of nothing, or of weights that are all zero, is refused, %s %j', async (name, changes) => {
    const { recipe, inputs } = smallest[name] ?? { recipe: {} };
    const styles = 'styles' in changes && (changes.styles as unknown[]).length === 0 ? { styles: [] } : {};
    expect(await code({ ...recipe, ...changes }, { ...inputs, ...styles })).toBe('recipe-invalid');
  });

  it('that keeps nothing of the photo is one, for a style', async () => {
    const { recipe, inputs } = smallest.style ?? { recipe: {} };
    for (const contentLayers of [[], [{ layer: 'relu4_2', weight: 0 }]]) {
      expect(await code({ ...recipe, contentLayers }, inputs)).toBe('a picture');
    }
  });
});

describe('pictures that do not fit', () => {
  const masked = { ...style, styles: [{ image: null, mask: null }], schedule: { minSize: size, firstSteps: 2 } };

  it('are masks of other proportions, or none where one is asked for', async () => {
    const inputs = { styles: [painting()] };
    expect(await code(masked, { ...inputs, masks: [flat([255, 255, 255], 64, 64)] })).toBe('bad-request');
    expect(await code(masked, inputs)).toBe('bad-request');
    expect(await code(masked, { ...inputs, masks: [flat([0, 0, 0])] })).toBe('recipe-invalid');
    expect(await code(masked, { ...inputs, masks: [flat([255, 255, 255], 640, 480)] })).toBe('a picture');
  });

  it('are samples too small to repeat; one smaller than a receptive field is a sample', async () => {
    const layers = ['relu1_1', 'relu3_1', 'relu5_1'].map((layer) => ({ layer, weight: 1 }));
    const recipe = { technique: 'texture', version: 2, size, sampleSize: 64, layers, steps: 2 };
    expect(await code(recipe, { content: painting(31, 31) })).toBe('image-too-small');
    // relu5_1 sees 156 pixels.
    expect(await code(recipe, { content: painting(32, 32) })).toBe('a picture');
    for (const method of textureMethods) {
      expect(
        await code({ ...recipe, method, baseline: { patch: 128, window: 31 } }, { content: painting(32, 40) }),
      ).toBe('a picture');
    }
  });

  it.each(names)('are photos of a few pixels, %s', async (name) => {
    const { recipe, inputs } = smallest[name] ?? { recipe: {} };
    const expected = name === 'see feature' ? /./ : /^image-too-small$/;
    expect(await code(recipe, { ...inputs, content: flat([9, 99, 9], 8, 8) })).toMatch(expected);
  });
});

describe('a picture whose numbers are none any more', () => {
  it('is an error, never pixels', () => {
    const values = new Float32Array(4 * 4 * 3).fill(0.5);
    values[17] = Number.NaN;
    const broken = { width: 4, height: 4, channels: 3, values };
    expect(() => pixelsOf(broken)).toThrow(expect.objectContaining({ code: 'numeric-failure' }));
    values[17] = Number.POSITIVE_INFINITY;
    expect((pixelsOf(broken) as Pixels).data[5 * 4 + 2]).toBe(255);
  });
});
