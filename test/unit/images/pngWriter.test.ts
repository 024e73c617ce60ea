/** A PNG that is written row by row: another program reads the very pixels, its resolution and no error. */
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { PngWriter } from '../../../web/engine/images/files/pngWriter';
import type { Pixels } from '../../../web/engine/types';

const bandOf = (width: number, height: number, seed: number): Pixels => ({
  width,
  height,
  data: Uint8ClampedArray.from({ length: 4 * width * height }, (_, i) =>
    i % 4 === 3 ? 255 : (i * 31 + seed * i * i) % 256,
  ),
});

it('should hold what it was given, in bands of any height, with the dots per inch', async () => {
  const png = new PngWriter({ width: 37, height: 80, dpi: 300 });
  const file = new Response(png.readable).arrayBuffer();
  const bands = [bandOf(37, 41, 3), bandOf(37, 1, 5), bandOf(37, 38, 7)];
  for (const band of bands) await png.write(band);
  await png.close();
  const image = sharp(Buffer.from(await file), { failOn: 'warning' });
  expect(await image.metadata()).toMatchObject({ width: 37, height: 80, density: 300, channels: 3, space: 'srgb' });
  const given = bands.flatMap(({ data }) => [...data].filter((_, i) => i % 4 !== 3));
  expect([...(await image.raw().toBuffer())]).toEqual(given);
});

it('should hand on what it has before it is whole, and refuse to end before it is', async () => {
  const png = new PngWriter({ width: 256, height: 4096, dpi: 150 });
  const reader = png.readable.getReader();
  const head = await reader.read();
  expect([...(head.value ?? [])].slice(1, 4)).toEqual([...'PNG'].map((letter) => letter.charCodeAt(0)));
  const written = png.write(bandOf(256, 1024, 3));
  expect((await reader.read()).value?.length).toBeGreaterThan(12);
  void (async () => {
    while (!(await reader.read()).done);
  })().catch(() => {});
  await written;
  await expect(png.close()).rejects.toThrow(/3072 rows/);
  await expect(png.write(bandOf(255, 1, 1))).rejects.toThrow(/255×1/);
  png.abort(new Error('given up'));
});
