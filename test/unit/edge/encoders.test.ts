/** What encoders really write is taken: libjpeg-turbo, mozjpeg, libpng and libwebp as sharp has them; Chromium's in browser/edge.upload. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { root } from '../../../tools/setup/process.mjs';
import { sniffPicture } from '../../../worker/shares/pictures/sniff';

const size = { width: 320, height: 200 } as const;
const noise = {
  create: {
    ...size,
    channels: 3 as const,
    background: '#888',
    noise: { type: 'gaussian' as const, mean: 128, sigma: 40 },
  },
};
const photo = readFile(path.join(root, 'web/public/sample.jpg'));

const pictures: readonly [string, () => Promise<Sharp>][] = [
  ['a photo', async () => sharp(await photo).resize({ ...size, fit: 'cover' })],
  ['noise', async () => sharp(noise)],
  ['one colour', async () => sharp({ create: { ...size, channels: 3, background: '#c03' } })],
  [
    'something transparent',
    async () =>
      sharp(await photo)
        .resize({ ...size, fit: 'cover' })
        .ensureAlpha(0.5),
  ],
];

const qualities = [1, 10, 25, 40, 50, 60, 75, 80, 88, 92, 95, 100];
const encoders: readonly [string, (picture: Sharp) => Sharp][] = [
  ...qualities.flatMap((quality): [string, (picture: Sharp) => Sharp][] => [
    [`JPEG of quality ${quality}`, (p) => p.flatten().jpeg({ quality })],
    [
      `JPEG with standard codes of quality ${quality}`,
      (p) => p.flatten().jpeg({ quality, optimiseCoding: false, chromaSubsampling: '4:4:4' }),
    ],
    [`progressive JPEG of quality ${quality}`, (p) => p.flatten().jpeg({ quality, progressive: true })],
    [`mozjpeg of quality ${quality}`, (p) => p.flatten().jpeg({ quality, mozjpeg: true })],
    [`WebP of quality ${quality}`, (p) => p.webp({ quality, effort: 1 })],
  ]),
  ['grey JPEG', (p) => p.flatten().greyscale().jpeg()],
  ['lossless WebP', (p) => p.webp({ lossless: true, effort: 1 })],
  ['PNG', (p) => p.png()],
  ['PNG of the best packing', (p) => p.png({ compressionLevel: 9, adaptiveFiltering: true })],
];

describe.each(pictures)('%s', (_, picture) => {
  it('should be taken from every encoder, and not with a word more', async () => {
    for (const [name, encode] of encoders) {
      const bytes = new Uint8Array(await encode(await picture()).toBuffer());
      await expect(sniffPicture(bytes), name).resolves.toMatchObject(size);
      const more = new Uint8Array([...bytes, ...new TextEncoder().encode('kim@example.com')]);
      await expect(sniffPicture(more), name).rejects.toMatchObject({ code: 'share-picture-refused' });
    }
  });
});
