/** What encoders really write is taken: libjpeg-turbo, mozjpeg, libpng and libwebp as sharp has them; Chromium's in browser/edge.upload. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { root } from '../../../tools/setup/process.mjs';
import { sniffPicture } from '../../../worker/shares/pictures/sniff';

const size = { width: 160, height: 100 } as const;
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
  ['lossless WebP of two colours', (p) => p.flatten().threshold().webp({ lossless: true })],
  ['WebP of reduced transparency', (p) => p.webp({ quality: 70, alphaQuality: 40 })],
  ['PNG', (p) => p.png()],
  ['PNG of the best packing', (p) => p.png({ compressionLevel: 9, adaptiveFiltering: true })],
];

/** As it is, with a few bytes of no meaning where its coded pixels end; the sizes around them say so. */
function withMore(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const more = [0x41, 0x9c, 0x07, 0xd3];
  if (bytes[0] === 0xff) return Uint8Array.from([...bytes.subarray(0, -2), ...more, 0xff, 0xd9]);
  if (bytes[0] === 0x89) return Uint8Array.from([...bytes.subarray(0, -12), ...more, ...bytes.subarray(-12)]);
  const longer = Uint8Array.from([...bytes, ...more]);
  const view = new DataView(longer.buffer);
  let last = 12;
  for (let at = 12; at < bytes.length; at += 8 + view.getUint32(at + 4, true) + (view.getUint32(at + 4, true) & 1))
    last = at;
  view.setUint32(4, longer.length - 8, true);
  view.setUint32(last + 4, longer.length - last - 8, true);
  return longer;
}

/** Its last coded data missing, the sizes around them right. */
function withLess(webp: Buffer, less: number): Uint8Array<ArrayBuffer> {
  const whole = webp.subarray(0, webp.length - (webp.readUInt32LE(16) & 1));
  const file = Buffer.from(whole.subarray(0, whole.length - less));
  file.writeUInt32LE(file.length - 20, 16);
  const padded = Buffer.concat([file, Buffer.alloc(file.length & 1)]);
  padded.writeUInt32LE(padded.length - 8, 4);
  return new Uint8Array(padded);
}

describe.each([
  ['lossy', false],
  ['lossless', true],
] as const)('a %s WebP whose coded data end early', (_, lossless) => {
  it('should be refused wherever no decoder shows it', async () => {
    for (const [name, picture] of pictures) {
      const file = await (await picture()).flatten().webp({ lossless, quality: 60 }).toBuffer();
      for (const less of [3, 4, 5, 8, 40, 400]) {
        if (less > file.length / 2) continue;
        const cut = withLess(file, less);
        const shown = await sharp(cut, { failOn: 'error' })
          .raw()
          .toBuffer()
          .then(
            () => true,
            () => false,
          );
        if (shown) continue;
        await expect(sniffPicture(cut), `${name}, ${less}`).rejects.toMatchObject({ code: 'share-picture-refused' });
      }
    }
  });
});

describe.each(pictures)('%s', (_, picture) => {
  it('should be taken from every encoder, and not with a word more, before its end or behind it', async () => {
    for (const [name, encode] of encoders) {
      const bytes = new Uint8Array(await encode(await picture()).toBuffer());
      await expect(sniffPicture(bytes), name).resolves.toMatchObject(size);
      const more = new Uint8Array([...bytes, ...new TextEncoder().encode('kim@example.com')]);
      await expect(sniffPicture(more), name).rejects.toMatchObject({ code: 'share-picture-refused' });
      await expect(sniffPicture(withMore(bytes)), name).rejects.toMatchObject({ code: 'share-picture-refused' });
    }
  });
});

it('should take a smooth picture’s PNG, of which nearly every byte can be printed here and there', async () => {
  const small = path.join(root, 'test/fixtures/edge/smooth.webp');
  const bytes = await sharp(small).resize(500).png().toBuffer();
  expect(bytes.toString('latin1')).toMatch(/[\x20-\x7e]{100}/);
  await expect(sniffPicture(Uint8Array.from(bytes))).resolves.toMatchObject({ width: 500 });
});
