/** One more style for the shipped network, from the command line's teaching to a painted photo. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../shared/recipe';
import { teach } from '../../../tools/train/teach';
import { localFetch } from '../../../tools/weights/localFetch';
import type { OwnStyle, Pixels } from '../../../web/engine/api';
import { createLocalEngine } from '../../../web/engine/host/engine';
import type { OwnTrainOptions } from '../../../web/engine/train/own';
import { decodeStyleFile } from '../../../web/engine/train/styleFile';
import { alive } from '../../support/backends';
import { errorOf } from '../host/fakes';
import { landscape, painting } from '../techniques/pictures';

const fetch = localFetch(path.resolve(import.meta.dirname, '../../../web/public'));
const engine = createLocalEngine({ baseUrl: 'http://localhost', backend: 'wasm', fetch });
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'teach-'));
  const write = async ({ width, height, data }: Pixels, name: string) =>
    void (await sharp(Buffer.from(data), { raw: { width, height, channels: 4 } }).toFile(path.join(folder, name)));
  await write(painting(96, 96), 'painting.webp');
  // One is shrunk first.
  await write(landscape(96, 80), 'photo-1.png');
  await write(landscape(500, 700), 'photo-2.png');
});
afterAll(async () => {
  await engine.dispose();
  await rm(folder, { recursive: true });
});

async function taught(options: OwnTrainOptions, signal: AbortSignal, print = (_: string) => {}) {
  const file = path.join(folder, 'mine.reverie-style');
  const pictures = { images: folder, painting: path.join(folder, 'painting.webp') };
  const teaching = { options: { crop: 64, ...options }, ...pictures, file, name: 'Mine' };
  await teach({ ...teaching, backend: 'wasm', threads: 1 }, signal, print);
  return decodeStyleFile(await readFile(file));
}

const paint = (styles: { style: string; weight?: number }[], own: OwnStyle[], strength = 100) =>
  engine.run({
    recipe: parseRecipe({ technique: 'fast', version: 2, size: 64, styles, strength }),
    inputs: { content: landscape(64, 48), own },
  }).result;

const distance = (a: Pixels, b: Pixels) =>
  a.data.reduce((sum, value, i) => sum + Math.abs(value - (b.data[i] ?? 0)), 0) / a.data.length;

const uninterrupted = new AbortController().signal;

describe('a style that is taught', () => {
  let mine: OwnStyle;
  beforeAll(async () => {
    const lines: string[] = [];
    const style = await taught({ trains: 'output', steps: 10 }, uninterrupted, (line) => lines.push(line));
    expect(lines).toEqual([expect.stringMatching(/^step 10 of 10: .*style \d/), expect.stringContaining('10 steps')]);
    expect(style).toMatchObject({ name: 'Mine', network: 'reverie-fast', trains: 'output', steps: 10 });
    expect((await sharp(style.thumbnail).metadata()).width).toBe(160);
    mine = style;
  }, 60_000);

  it('should be written as it is by then when it is interrupted', async () => {
    const interrupted = new AbortController();
    interrupted.abort();
    expect((await taught({ trains: 'output', steps: 10 }, interrupted.signal)).steps).toBe(1);
  });

  it('should paint otherwise than any other, by its strength, and mixed with the network’s own', async () => {
    const [own, photo, mixed, other] = await Promise.all([
      paint([{ style: mine.id }], [mine]),
      paint([{ style: mine.id }], [mine], 0),
      paint([{ style: mine.id, weight: 1 }, { style: 'udnie' }], [mine]),
      paint([{ style: 'udnie' }], [mine]),
    ]);
    for (const each of [photo, mixed, other]) expect(distance(own.pixels, each.pixels)).toBeGreaterThan(2);
    expect(distance(mixed.pixels, other.pixels)).toBeGreaterThan(2);
    expect(own.record.recipe).toMatchObject({ styles: [{ style: mine.id }] });
  });

  it('should never be replaced by another: not when it is missing, nor on other weights', async () => {
    const styles = [{ style: mine.id }];
    expect((await errorOf(paint(styles, []))).code).toBe('preset-unknown');
    const foreign = { ...mine, weights: 'f'.repeat(64) };
    expect((await errorOf(paint(styles, [foreign]))).code).toBe('training-file-invalid');
    const short = { ...mine, values: mine.values.slice(1) };
    expect((await errorOf(paint(styles, [short]))).code).toBe('training-file-invalid');
  });

  it('should paint alone when its filters are its own', async () => {
    const whole = await taught({ trains: 'all', steps: 2 }, uninterrupted);
    const before = alive();
    const { pixels } = await paint([{ style: whole.id }], [whole]);
    expect(alive()).toEqual(before);
    expect(distance(pixels, (await paint([{ style: whole.id }], [whole], 50)).pixels)).toBeGreaterThan(1);
    const mixed = errorOf(paint([{ style: whole.id }, { style: 'udnie' }], [whole]));
    expect((await mixed).code).toBe('recipe-invalid');
  });
});
