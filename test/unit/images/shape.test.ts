/** Which picture of a file is meant, where it lies and which way up it is: the header and what the command line reads. */
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../../tools/images';
import type { Pixels } from '../../../web/engine/api';
import { readHeader } from '../../../web/engine/images/files/header';
import { decodeHeic, type Libheif } from '../../../web/engine/images/files/heic';
import { readHeifPrimary } from '../../../web/engine/images/files/heif';
import { pngOrientation, pngSpace } from '../../../web/engine/images/files/png';
import { sniff } from '../../../web/engine/images/files/sniff';
import { decodeTiff } from '../../../web/engine/images/files/tiff';
import { inspect } from '../../../web/page/intake/inspect';
import { tiff } from '../../support/colourPictures';
import { apngBesideStill, chunk, gifOnScreen, heif, imir, irot, ispe, nclx, type Place, rgb } from './pictures';

/** Red where the frame lies and nothing elsewhere. */
function expectPlaced({ width, height, data }: Pixels, screen: number, frame: Place): void {
  expect([width, height]).toEqual([screen, screen]);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = x >= frame.x && x < frame.x + frame.width && y >= frame.y && y < frame.y + frame.height;
      const [r, g, b, alpha] = data.subarray(4 * (y * width + x));
      if (inside) expect([x, y, r, g, b, alpha]).toEqual([x, y, 255, 0, 0, 255]);
      else expect([x, y, alpha]).toEqual([x, y, 0]);
    }
  }
}

const frames: readonly Place[] = [
  { x: 6, y: 4, width: 20, height: 20 },
  { x: 0, y: 0, width: 20, height: 20 },
  { x: 0, y: 12, width: 32, height: 20 },
  { x: 31, y: 0, width: 1, height: 32 },
];

describe('a first frame smaller than the screen', () => {
  it.each(frames)('should lie in a GIF where it is said to: %o', async (frame) => {
    const file = await gifOnScreen(32, frame);
    expect(readHeader('gif', file)).toMatchObject({ width: 32, height: 32, animated: false, complete: true });
    expectPlaced(await decodeImage(file, 'it', { transparency: true }), 32, frame);
  });

  it('should be the first of several', async () => {
    const frame = { x: 6, y: 4, width: 20, height: 20 };
    const picture = await decodeImage(await gifOnScreen(32, frame, 2), 'it', { transparency: true });
    expectPlaced(picture, 32, frame);
    expect(picture.notes.join()).toContain('only the first of 2 frames is used');
  });

  it('should not be looked for where it fills the screen', async () => {
    expect(readHeader('gif', await rgb(20, 20).gif().toBuffer())?.frame).toBeUndefined();
  });

  it.each(frames)('should be the frame, not the still picture of an APNG that shows another: %o', async (frame) => {
    const file = apngBesideStill(32, frame);
    expect(inspect(file)).toMatchObject({ animated: true, size: { width: 32, height: 32 } });
    const picture = await decodeImage(file, 'it', { transparency: true });
    expectPlaced(picture, 32, frame);
    expect(picture.notes).toContain('it is animated; only the first frame is used.');
  });
});

describe('a JPEG without its end marker', () => {
  it.each([
    ['plain', () => rgb(64, 48).jpeg()],
    ['progressive', () => rgb(64, 48).jpeg({ progressive: true })],
    ['grey', () => rgb(64, 48).toColourspace('b-w').jpeg()],
    ['on its side', () => rgb(64, 48).withMetadata({ orientation: 6 }).jpeg()],
  ])('should be read as if it had one: %s', async (_, make) => {
    const whole = await make().toBuffer();
    const { data, width } = await decodeImage(whole);
    for (const missing of [2, 1]) {
      const file = whole.subarray(0, whole.length - missing);
      expect(inspect(file)).toMatchObject({ endless: true, size: { width } });
      expect(Buffer.from((await decodeImage(file)).data).equals(Buffer.from(data))).toBe(true);
    }
  });

  it.each([60, 400])('should be refused where pixels are missing, too: %i bytes', async (missing) => {
    const whole = await rgb(64, 48).jpeg().toBuffer();
    await expect(decodeImage(whole.subarray(0, whole.length - missing))).rejects.toMatchObject({
      code: 'image-truncated',
    });
  });
});

describe('HEIF', () => {
  it.each([
    ['avif', ['avif', 'mif1', 'miaf']],
    ['avif', ['mif1', 'mif1', 'avif', 'miaf']],
    ['avif', ['miaf', 'mif1', 'avif']],
    ['avif', ['heic', 'mif1', 'avif']],
    ['avif', ['avis', 'msf1']],
    ['heic', ['heic', 'mif1', 'heic']],
    ['heic', ['mif1', 'heix']],
    ['heic', ['msf1', 'hevc']],
    [null, ['isom', 'mp42']],
  ] as const)('should be %s by the brands %j', (format, brands) => {
    expect(sniff(heif(brands, [], null))).toBe(format);
  });

  it('should not take what stands behind its brands for one', () => {
    const file = heif(['mif1', 'heic'], [], null);
    file.write('avif', 24, 'latin1');
    expect(sniff(file)).toBe('heic');
  });

  it('should read an AVIF whose major brand is generic', async () => {
    const file = await rgb(48, 32).avif().toBuffer();
    file.write('mif1', 8, 'latin1');
    expect(await decodeImage(file)).toMatchObject({ width: 48, height: 32 });
  });

  describe.each([false, true])('with wide numbers: %s', (wide) => {
    const thumbnail = { id: 1, properties: [ispe(160, 120)] };
    const other = { id: 3, properties: [ispe(4000, 3000), nclx(12, 16), irot(1)] };
    const read = (properties: readonly Buffer[], format: 'heic' | 'avif' = 'heic') =>
      readHeader(format, heif([format], [thumbnail, { id: 2, properties }, other], 2, wide));

    it.each(['heic', 'avif'] as const)('should have the size of its primary picture: %s', (format) => {
      expect(read([ispe(640, 480)], format)).toEqual({ width: 640, height: 480, animated: false, complete: true });
    });

    it.each([
      [0, 640, 480],
      [1, 480, 640],
      [2, 640, 480],
      [3, 480, 640],
    ])('should be turned by %i quarters', (quarters, width, height) => {
      for (const properties of [
        [irot(quarters), ispe(640, 480)],
        [ispe(640, 480), imir(0), irot(quarters)],
        [ispe(640, 480), irot(quarters), imir(1)],
      ])
        expect(read(properties)).toMatchObject({ width, height });
    });

    it.each([0, 1])('should keep its sides when mirrored over axis %i', (axis) => {
      expect(read([ispe(640, 480), imir(axis)])).toMatchObject({ width: 640, height: 480 });
    });

    it('should have the colours of its primary picture', () => {
      const space = (...colours: Buffer[]) =>
        readHeifPrimary(heif(['heic'], [thumbnail, { id: 2, properties: [ispe(9, 9), ...colours] }, other], 2, wide))
          ?.space;
      expect(space(nclx(1, 13))).toBeNull();
      expect(space(nclx(2, 2))).toBeNull();
      expect(space(nclx(12, 13))).toMatchObject({ toLinearSrgb: expect.anything() });
      expect(space(nclx(9, 16))).toBe('hdr');
      expect(space(nclx(9, 18))).toBe('hdr');
    });

    it('should have the largest size where no picture is the primary one', () => {
      const items = [thumbnail, { id: 2, properties: [ispe(640, 480)] }];
      expect(readHeader('heic', heif(['heic'], items, null, wide))).toMatchObject({ width: 640, height: 480 });
    });
  });

  it('should say nothing rather than run past the end of a cut file', () => {
    const file = heif(['heic'], [{ id: 1, properties: [ispe(640, 480), irot(1)] }], 1);
    for (let length = 0; length < file.length - 16; length++) {
      const header = readHeader('heic', file.subarray(0, length));
      expect(header === null || header.width > 0).toBe(true);
    }
  });

  it('should show the primary of several pictures, and free all', async () => {
    const freed: number[] = [];
    class HeifDecoder {
      decode() {
        return [10, 20, 30].map((value) => ({
          is_primary: () => value === 20,
          get_width: () => 16,
          get_height: () => 16,
          display: (into: Pixels, done: (filled: Pixels) => void) => {
            into.data.fill(value);
            done(into);
          },
          free: () => freed.push(value),
        }));
      }
    }
    const { data } = await decodeHeic({ HeifDecoder } as unknown as Libheif, heif(['heic'], [], null));
    expect([...data.subarray(0, 4)]).toEqual([20, 20, 20, 20]);
    expect(freed).toEqual([10, 20, 30]);
  });
});

it('should tell the size of every kind of file as it is turned', async () => {
  for (const format of ['png', 'webp', 'jpeg', 'tiff'] as const) {
    for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const file = await rgb(48, 32).toFormat(format).withMetadata({ orientation }).toBuffer();
      const [width, height] = orientation >= 5 ? [32, 48] : [48, 32];
      expect(readHeader(format, file), `${format} ${orientation}`).toMatchObject({ width, height });
      expect(await decodeImage(file), `${format} ${orientation}`).toMatchObject({ width, height });
    }
  }
});

it('should take from a PNG what stands before its pixels, and of several chunks the first, as Chromium does', async () => {
  const png = await rgb(48, 32).png().toBuffer();
  const turned = chunk('eXIf', Buffer.from('4d4d002a00000008000101120003000000010006000000000000', 'hex'));
  const upside = chunk('eXIf', Buffer.from('49492a0008000000010012010300010000000300000000000000', 'hex'));
  const gamma = chunk('gAMA', Buffer.from([0, 0, 0xff, 0xff]));
  const at = (place: number, ...chunks: Buffer[]) =>
    Buffer.concat([png.subarray(0, place), ...chunks, png.subarray(place)]);
  const [early, late] = [33, png.length - 12];
  for (const [file, width, height] of [
    [at(early, turned, upside), 32, 48],
    [at(early, upside, turned), 48, 32],
    [at(late, turned, gamma), 48, 32],
  ] as const) {
    expect(readHeader('png', file)).toMatchObject({ width, height });
    expect(await decodeImage(file)).toMatchObject({ width, height });
  }
  expect(pngOrientation(at(late, turned))).toBe(1);
  expect([pngSpace(at(late, gamma)), pngSpace(at(early, gamma))]).toEqual([null, expect.anything()]);
});

it.each([0, 9, 65535])('should not turn a TIFF by what is no orientation: %i', async (orientation) => {
  const file = new Uint8Array(tiff(2, 8, { orientation }));
  const size = { width: 128, height: 16 };
  expect(readHeader('tiff', file)).toMatchObject(size);
  expect(await decodeTiff(file)).toMatchObject(size);
  expect(await decodeImage(file)).toMatchObject(size);
});
