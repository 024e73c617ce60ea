import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../../shared/limits';
import { decodeImage, readImage } from '../../../tools/images';
import type { Pixels } from '../../../web/engine/api';
import { animation, apng, flat, rgb } from './pictures';

const at = ({ data, width }: Pixels, x: number, y: number) => [
  ...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4),
];
const close = (a: readonly number[], b: readonly number[], tolerance: number) =>
  expect(Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? 0))))).toBeLessThanOrEqual(tolerance);

describe('decodeImage', () => {
  it.each(['jpeg', 'png', 'webp', 'tiff', 'gif', 'avif'] as const)('should read %s as sRGB RGBA', async (format) => {
    const picture = await decodeImage(await rgb(48, 32).toFormat(format, { quality: 95 }).toBuffer());
    expect([picture.width, picture.height, picture.data.length]).toEqual([48, 32, 48 * 32 * 4]);
    expect(picture.notes).toEqual([]);
    close(at(picture, 28, 20), [149, 159, 200, 255], 20);
  });

  it('should own its buffer, so that it can be transferred', async () => {
    const { data } = await decodeImage(await rgb(16, 16).png().toBuffer());
    expect(data.byteOffset).toBe(0);
    expect(data.buffer.byteLength).toBe(data.length);
  });

  it('should apply the EXIF orientation', async () => {
    const upright = await decodeImage(await rgb(48, 32).withMetadata({ orientation: 6 }).png().toBuffer());
    expect([upright.width, upright.height]).toEqual([32, 48]);
    // Orientation 6 turns clockwise: the stored bottom left corner (x = 0, y = 31) is shown top left.
    close(at(upright, 0, 0), [0, 247, 200, 255], 2);
  });

  it('should turn a CMYK JPEG into sRGB and say so', async () => {
    const cmyk = await flat(32, 32, '#c03020').toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer();
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk');
    const picture = await decodeImage(cmyk, 'print.jpg');
    close(at(picture, 16, 16), [0xc0, 0x30, 0x20, 255], 32);
    expect(picture.notes.join()).toMatch(/print\.jpg is in CMYK/);
  });

  it('should read 16-bit and greyscale pictures', async () => {
    const deep = await decodeImage(await flat(16, 16, '#8040c0').removeAlpha().toColourspace('rgb16').png().toBuffer());
    close(at(deep, 3, 3), [0x80, 0x40, 0xc0, 255], 1);
    const grey = await decodeImage(await flat(16, 16, '#777777').removeAlpha().toColourspace('b-w').png().toBuffer());
    close(at(grey, 3, 3), [0x77, 0x77, 0x77, 255], 1);
    const deepGrey = await decodeImage(
      await flat(16, 16, '#777777').removeAlpha().toColourspace('grey16').png().toBuffer(),
    );
    close(at(deepGrey, 3, 3), [0x77, 0x77, 0x77, 255], 1);
  });

  it('should read palette pictures', async () => {
    const picture = await decodeImage(await rgb(32, 32).png({ palette: true, colours: 16 }).toBuffer());
    expect(picture.data.length).toBe(32 * 32 * 4);
  });

  it('should convert a wide-gamut profile to sRGB', async () => {
    const p3 = await flat(16, 16, '#ff0000').removeAlpha().withIccProfile('p3').png().toBuffer();
    close(at(await decodeImage(p3), 1, 1), [255, 0, 0, 255], 6);
  });

  it.each(['gif', 'webp'] as const)('should take the first frame of an animated %s', async (format) => {
    const picture = await decodeImage(await animation(format, 24), 'moving');
    expect([picture.width, picture.height]).toEqual([24, 24]);
    close(at(picture, 5, 5), [255, 0, 0, 255], 2);
    expect(picture.notes).toEqual(['moving is animated; only the first of 2 frames is used.']);
  });

  it('should take the first frame of an animated PNG', async () => {
    const picture = await decodeImage(apng(20), 'moving.png');
    close(at(picture, 5, 5), [255, 0, 0, 255], 0);
    expect(picture.notes).toEqual(['moving.png is animated; only the first frame is used.']);
  });

  it('should put the mean visible colour behind a transparent picture', async () => {
    const data = Buffer.alloc(32 * 32 * 4);
    for (let i = 0; i < data.length; i += 4) {
      // Left half opaque orange, right half fully transparent with rubbish colours that must not show.
      data.set((i / 4) % 32 < 16 ? [200, 100, 0, 255] : [0, 255, 255, 0], i);
    }
    const png = await sharp(data, { raw: { width: 32, height: 32, channels: 4 } })
      .png()
      .toBuffer();
    const picture = await decodeImage(png, 'cut.png');
    expect(at(picture, 30, 5)).toEqual([200, 100, 0, 255]);
    expect(picture.notes).toEqual(['cut.png is partly transparent; the network sees its mean colour #c86400 there.']);
  });

  it('should keep transparency where it is asked for', async () => {
    const glass = await flat(16, 16, { r: 9, g: 9, b: 9, alpha: 0.4 }).png().toBuffer();
    expect(at(await decodeImage(glass, 'glass.png', { transparency: true }), 3, 3)).toEqual([9, 9, 9, 102]);
  });

  it('should make a wholly transparent picture grey rather than fail', async () => {
    const picture = await decodeImage(await flat(16, 16, { r: 9, g: 9, b: 9, alpha: 0 }).png().toBuffer());
    expect(at(picture, 0, 0)).toEqual([128, 128, 128, 255]);
  });
});

describe('decodeImage with bad input', () => {
  const refusal = async (bytes: Uint8Array) =>
    decodeImage(bytes, 'it').then(
      () => 'was accepted',
      (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
    );

  it.each([
    ['text', Buffer.from('{"name": "reverie"}')],
    ['the beginning of a BMP', Buffer.from('BM6\0\0\0\0\0\0\0', 'latin1')],
    ['random bytes', Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919 + 13) % 251))],
    ['HTML', Buffer.from('<!doctype html><title>404</title><p>not found</p>')],
  ])('should refuse %s', async (_, bytes) => {
    expect(await refusal(bytes)).toMatch(/^image-not-an-image: it is not an image\. Use a JPEG/);
  });

  it('should refuse an empty file', async () => {
    expect(await refusal(Buffer.alloc(0))).toBe('image-not-an-image: it is an empty file. Choose another one.');
  });

  it.each([
    ['SVG', Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>')],
    ['PDF', Buffer.from('%PDF-1.7\n%âãÏÓ')],
    ['icon', Buffer.from([0, 0, 1, 0, 1, 0])],
    ['video', Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0', 'latin1')],
  ])('should name %s as unsupported', async (name, bytes) => {
    expect(await refusal(bytes)).toMatch(new RegExp(`^image-unsupported: it is an? ${name} file`));
  });

  it('should refuse a 1×1 picture with the numbers', async () => {
    expect(await refusal(await flat(1, 1, '#fff').png().toBuffer())).toMatch(
      new RegExp(`^image-too-small: it is 1×1 pixels; .* at least ${limits.image.minSide}.`),
    );
  });

  it('should refuse a strip that is too long and narrow', async () => {
    expect(await refusal(await flat(12000, 20, '#abc').jpeg().toBuffer())).toMatch(
      /^image-too-long: it is 12000×20 pixels; the longer side may be at most 16 times the shorter/,
    );
  });

  it('should accept a 12,000-pixel panorama of sane proportions', async () => {
    const picture = await decodeImage(await flat(12000, 1200, '#abc').jpeg().toBuffer());
    expect([picture.width, picture.height]).toEqual([12000, 1200]);
  });

  it('should refuse too long a side and too many pixels without decoding them', async () => {
    // Only the header's numbers are large; a decoder that trusted them would find no pixels.
    const huge = (width: number, height: number) => {
      const bytes = apng(20);
      bytes.writeUInt32BE(width, 16);
      bytes.writeUInt32BE(height, 20);
      return bytes;
    };
    expect(await refusal(huge(20_000, 9_000))).toMatch(
      /^image-too-large: it is 20000×9000 pixels; at most 16384 a side/,
    );
    expect(await refusal(huge(16_000, 9_000))).toMatch(
      /^image-too-large: it is 16000×9000 pixels; .* 100 million in all/,
    );
  });

  it('should refuse too many bytes', async () => {
    expect(await refusal(new Uint8Array(limits.image.maxBytes + 1))).toMatch(/^image-too-large: it has 64\.0 MiB/);
  });

  it.each([
    ['JPEG', async () => rgb(256, 256).jpeg().toBuffer()],
    ['progressive JPEG', async () => rgb(256, 256).jpeg({ progressive: true }).toBuffer()],
    ['PNG', async () => rgb(256, 256).png({ compressionLevel: 1 }).toBuffer()],
    ['WebP', async () => rgb(256, 256).webp().toBuffer()],
    ['GIF', async () => rgb(256, 256).gif().toBuffer()],
    ['TIFF', async () => rgb(256, 256).tiff().toBuffer()],
    ['AVIF', async () => rgb(256, 256).avif().toBuffer()],
  ])('should refuse a truncated %s', async (_, make) => {
    const whole = await make();
    expect(await refusal(whole)).toBe('was accepted');
    for (const part of [0.6, 0.2]) {
      expect(await refusal(whole.subarray(0, Math.floor(whole.length * part)))).toMatch(/^image-truncated: it is an? /);
    }
  });

  it('should refuse a header with nothing behind it', async () => {
    expect(await refusal((await rgb(64, 64).jpeg().toBuffer()).subarray(0, 4))).toMatch(/^image-truncated/);
    expect(await refusal((await rgb(64, 64).png().toBuffer()).subarray(0, 12))).toMatch(/^image-truncated/);
  });
});

describe('readImage', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reverie-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('should read a file whatever its extension says', async () => {
    const path = join(folder, 'picture.txt');
    await writeFile(path, await rgb(20, 20).webp().toBuffer());
    expect((await readImage(path)).width).toBe(20);
  });

  it('should name a file that is not there, and a folder', async () => {
    await expect(readImage(join(folder, 'absent.jpg'))).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('absent.jpg'),
    });
    await expect(readImage(folder)).rejects.toMatchObject({ code: 'image-not-an-image' });
  });
});
