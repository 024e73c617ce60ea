/** Size, animation and completeness out of headers, without decoding. */
import { describe, expect, it } from 'vitest';
import { readHeader } from '../../../web/engine/images/files/header';
import type { ReadableFormat } from '../../../web/engine/images/files/sniff';
import { bmp, gif, heif, jpeg, png, webp } from '../studio/files';

describe('readHeader', () => {
  it.each<[string, ReadableFormat, Uint8Array]>([
    ['PNG', 'png', png(640, 480)],
    ['JPEG', 'jpeg', jpeg(640, 480)],
    ['GIF', 'gif', gif(640, 480)],
    ['extended WebP', 'webp', webp(640, 480)],
    ['lossless WebP', 'webp', webp(640, 480, { kind: 'VP8L' })],
    ['lossy WebP', 'webp', webp(640, 480, { kind: 'VP8 ' })],
    ['top-down BMP', 'bmp', bmp(640, 480)],
    ['HEIC, ignoring its thumbnail', 'heic', heif('heic', 640, 480)],
  ])('reads the size of a %s', (_, format, file) => {
    expect(readHeader(format, file)).toEqual({ width: 640, height: 480, animated: false, complete: true });
  });

  it('swaps the sides of a JPEG that lies on its side, and only of those', () => {
    for (const orientation of [1, 2, 3, 4]) {
      expect(readHeader('jpeg', jpeg(640, 480, { orientation }))).toMatchObject({ width: 640, height: 480 });
    }
    for (const orientation of [5, 6, 7, 8]) {
      expect(readHeader('jpeg', jpeg(640, 480, { orientation }))).toMatchObject({ width: 480, height: 640 });
    }
  });

  it.each<[string, ReadableFormat, Uint8Array]>([
    ['PNG without IEND', 'png', png(64, 64, { end: false })],
    ['JPEG without an end', 'jpeg', jpeg(64, 64, { end: false })],
    ['JPEG whose only end is its thumbnail’s', 'jpeg', jpeg(64, 64, { end: false, thumbnail: true })],
    ['GIF cut within its only frame', 'gif', gif(64, 64, { end: false }).subarray(0, -4)],
    ['WebP shorter than it says', 'webp', webp(64, 64, { cut: 3 })],
    ['HEIC cut within a box', 'heic', heif('heic', 64, 64).subarray(0, -4)],
  ])('sees that a %s is incomplete', (_, format, file) => {
    expect(readHeader(format, file)).toMatchObject({ complete: false });
  });

  it('accepts what cameras append behind the end of a JPEG', () => {
    expect(readHeader('jpeg', jpeg(64, 64, { trailing: 'SAMSUNG TRAILER' }))).toMatchObject({ complete: true });
  });

  it('sees animation in APNG, GIF and WebP', () => {
    expect(readHeader('png', png(64, 64, { animated: true }))).toMatchObject({ animated: true });
    expect(readHeader('gif', gif(64, 64, { frames: 3 }))).toMatchObject({ animated: true });
    expect(readHeader('webp', webp(64, 64, { animated: true }))).toMatchObject({ animated: true });
  });

  it('survives every truncation of every format', () => {
    const files: [ReadableFormat, Uint8Array][] = [
      ['png', png(64, 64, { animated: true })],
      ['jpeg', jpeg(64, 64, { orientation: 6, thumbnail: true })],
      ['gif', gif(64, 64, { frames: 2 })],
      ['webp', webp(64, 64)],
      ['bmp', bmp(64, 64)],
      ['heic', heif('heic', 64, 64)],
    ];
    for (const [format, file] of files) {
      for (let length = 0; length < file.length; length++) readHeader(format, file.subarray(0, length));
    }
  });
});
