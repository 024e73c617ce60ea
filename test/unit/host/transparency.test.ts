import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../shared/recipe';
import type { RecipeInput, RecipeInputOf } from '../../../shared/techniques';
import type { Pixels } from '../../../web/engine/api';
import { Matte, opaqueInputs } from '../../../web/engine/host/transparency';
import { techniqueOf } from '../../../web/engine/techniques';

/** Orange on the left; on the right invisible, and glaring green where somebody looks under it. */
function cutOut(width = 200, height = 100): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) data.set(i % width < width / 2 ? [200, 100, 0, 255] : [0, 255, 0, 0], 4 * i);
  return { width, height, data };
}

function painted(width: number, height: number): Pixels {
  return { width, height, data: new Uint8ClampedArray(width * height * 4).fill(255) };
}

function matteOf(input: RecipeInput, content = cutOut()) {
  const recipe = parseRecipe(input);
  const inputs = opaqueInputs({ content }, recipe);
  return new Matte(techniqueOf(recipe), recipe, content, inputs.content);
}

const alphaAt = ({ width, data }: Pixels, x: number, y: number) => data[4 * (y * width + x) + 3];

const style: RecipeInputOf<'style'> = { technique: 'style', version: 2, size: 64, styles: [{ preset: 'wave' }] };

describe('inputs with transparency', () => {
  it('reach the technique opaque, at the size of the run, and nothing invisible shows at an edge', () => {
    const { content } = opaqueInputs({ content: cutOut() }, parseRecipe(style));
    expect([content?.width, content?.height]).toEqual([64, 32]);
    for (let i = 0; i < (content?.data.length ?? 0); i += 4) {
      expect([...(content?.data.subarray(i, i + 4) ?? [])]).toEqual([200, 100, 0, 255]);
    }
  });

  it('are masks that do not paint where they are transparent', () => {
    const mask = { width: 2, height: 1, data: Uint8ClampedArray.from([255, 255, 255, 255, 255, 255, 255, 0]) };
    const { masks = [] } = opaqueInputs({ content: cutOut(), masks: [mask] }, parseRecipe(style));
    expect([...(masks[0]?.data ?? [])]).toEqual([255, 255, 255, 255, 0, 0, 0, 255]);
  });
});

describe('the photo’s transparency', () => {
  it('is the result’s at its size, and a preview’s at its smaller size', () => {
    const matte = matteOf(style);
    for (const [width, height] of [
      [64, 32],
      [32, 16],
    ] as const) {
      const result = matte.lay(painted(width, height), null);
      expect(alphaAt(result, 2, 3)).toBe(255);
      expect(alphaAt(result, width - 3, 3)).toBe(0);
      expect(result.data[4 * (width - 3)]).toBe(255);
    }
  });

  it('is larger than the photo when the result is', () => {
    const result = matteOf({ ...style, size: 400 }).lay(painted(400, 200), null);
    expect([alphaAt(result, 150, 100), alphaAt(result, 250, 100)]).toEqual([255, 0]);
  });

  it('leaves a result of an opaque photo, and one of another shape, opaque', () => {
    const matte = matteOf(style);
    expect(alphaAt(matte.lay(painted(64, 64), null), 63, 0)).toBe(255);
    const ofOpaque = matteOf(style, painted(200, 100)).lay(painted(64, 32), null);
    expect(alphaAt(ofOpaque, 63, 0)).toBe(255);
  });

  it('is in the photo that the record hashes', () => {
    const { photo } = matteOf(style);
    expect(photo && [alphaAt(photo, 0, 0), alphaAt(photo, 63, 0)]).toEqual([255, 0]);
  });

  it('lies over every rung of a ladder and over every cell of its sheet', () => {
    const matte = matteOf({ technique: 'invert', version: 2, size: 64, layers: ['relu1_1', 'relu2_1', 'relu3_1'] });
    expect(alphaAt(matte.lay(painted(64, 32), 1, 4), 63, 0)).toBe(0);
    const sheet = matte.lay(painted(132, 68), null, 4);
    // The right half of the lower left cell, the gutter beside it, the left half of the next.
    expect([alphaAt(sheet, 60, 50), alphaAt(sheet, 66, 50), alphaAt(sheet, 72, 50)]).toEqual([0, 255, 255]);
  });

  it('goes with the zoom of a film', () => {
    const film = { frames: 9, zoom: 1, rotate: 45 };
    const matte = matteOf({ technique: 'dream', version: 2, size: 64, film });
    const ends = (frame: number | null, frames: number) => {
      const laid = matte.lay(painted(64, 32), frame, frames);
      return [alphaAt(laid, 1, 16), alphaAt(laid, 62, 16)];
    };
    expect(ends(0, 9)).toEqual([255, 0]);
    expect(ends(4, 9)).toEqual([0, 255]);
    // The film's picture is its last frame, also when it was broken off.
    expect(ends(null, 9)).toEqual([255, 0]);
    expect(ends(null, 5)).toEqual([0, 255]);
  });

  it('is no texture’s and no mosaic’s', () => {
    for (const input of [
      { technique: 'texture', version: 2, size: 64, aspect: 2 },
      { technique: 'see', version: 2, size: 64, view: 'activations' },
    ] as const) {
      expect(alphaAt(matteOf(input).lay(painted(64, 32), null), 63, 0)).toBe(255);
    }
  });
});
