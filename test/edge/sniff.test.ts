/** The readers of picture headers: what passes, what does not, and that no bytes whatever break them. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReverieError } from '../../shared/errors';
import { parseShareRequest } from '../../shared/share';
import { sniffPicture } from '../../worker/shares/sniff';
import { chunk, jpeg, lossyChunk, png, segment, webp, webpChunk, webpOf } from './support/pictures';

const bytesOf = (text: string) => [...text].map((character) => character.charCodeAt(0));
const append = (bytes: Uint8Array, ...more: number[]) => Uint8Array.from([...bytes, ...more]);
const extended = (flags: number, width: number, height: number) =>
  webpChunk('VP8X', [flags, 0, 0, 0, (width - 1) & 255, (width - 1) >> 8, 0, (height - 1) & 255, (height - 1) >> 8, 0]);

describe('a plain picture', () => {
  it.each([
    ['JPEG', jpeg(300, 200), 'image/jpeg'],
    ['PNG', png(300, 200), 'image/png'],
    ['lossy WebP', webp(300, 200), 'image/webp'],
    [
      'lossless WebP',
      webpOf(webpChunk('VP8L', [0x2f, 299 & 255, (299 >> 8) | ((199 << 6) & 255), 199 >> 2, 0])),
      'image/webp',
    ],
    [
      'WebP with transparency',
      webpOf([...extended(0x10, 300, 200), ...webpChunk('ALPH', [0]), ...lossyChunk(300, 200)]),
      'image/webp',
    ],
  ])('should be known: %s', (_, bytes, type) => {
    expect(sniffPicture(bytes)).toEqual({ type, width: 300, height: 200 });
  });
});

describe('anything else', () => {
  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['three bytes of a JPEG', Uint8Array.from([0xff, 0xd8, 0xff])],
    ['text that begins as TIFF does', Uint8Array.from(bytesOf('II* and more'))],
    ['a GIF', Uint8Array.from(bytesOf('GIF89a......'))],
    ['a RIFF that is a sound', Uint8Array.from(bytesOf('RIFF\u0004\0\0\0WAVE'))],
    ['a JPEG with EXIF', jpeg(3, 2, segment(0xe1, bytesOf('Exif\0\0GPS')))],
    ['a JPEG with a colour profile', jpeg(3, 2, segment(0xe2, bytesOf('ICC_PROFILE\0')))],
    ['a JPEG with a comment', jpeg(3, 2, segment(0xfe, bytesOf('<script>')))],
    ['a JPEG with two frames', jpeg(3, 2, segment(0xc0, [8, 0, 2, 0, 3, 1, 1, 0x11, 0]))],
    ['a JPEG without its end', jpeg(3, 2).subarray(0, -2)],
    ['a JPEG with something behind its end', append(jpeg(3, 2), 0)],
    ['a JPEG of no size', jpeg(0, 2)],
    ['a PNG with text', png(3, 2, 0, chunk('tEXt', bytesOf('Comment\0hi')))],
    ['a PNG with EXIF', png(3, 2, 0, chunk('eXIf', [1, 2]))],
    [
      'a JPEG whose JFIF part holds a thumbnail',
      jpeg(3, 2, segment(0xe0, [...bytesOf('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 1, 1, 9, 9, 9])),
    ],
    ['a JPEG with an APP0 of another name', jpeg(3, 2, segment(0xe0, bytesOf('JFXX\0 thumbnail')))],
    ['a JPEG with a long Adobe part', jpeg(3, 2, segment(0xee, [...bytesOf('Adobe'), 0, 100, 0, 0, 0, 0, 0, 9]))],
    [
      'a JPEG of a thousand scans',
      jpeg(3, 2, Array.from({ length: 1000 }, () => [...segment(0xda, [1, 1, 0, 0, 63, 0]), 7]).flat()),
    ],
    ['a PNG with a profile', png(3, 2, 0, chunk('iCCP', [1, 2]))],
    ['an animated PNG', png(3, 2, 0, chunk('acTL', [0, 0, 0, 1, 0, 0, 0, 0]))],
    [
      'a PNG with a second header',
      png(
        3,
        2,
        0,
        chunk(
          'IHDR',
          Array.from({ length: 13 }, () => 1),
        ),
      ),
    ],
    ['a PNG with a zip behind its end', append(png(3, 2), ...bytesOf('PK\u0003\u0004'))],
    ['a PNG that is too wide', png(4097, 2)],
    ['a PNG of too many pixels', png(4096, 4096)],
    ['a WebP with EXIF', webpOf([...extended(0x08, 3, 2), ...lossyChunk(3, 2), ...webpChunk('EXIF', [1])])],
    ['a WebP with XMP', webpOf([...lossyChunk(3, 2), ...webpChunk('XMP ', [1])])],
    ['an animated WebP', webpOf([...extended(0x02, 3, 2), ...webpChunk('ANIM', [0, 0, 0, 0, 0, 0])])],
    ['a WebP whose sizes contradict each other', webpOf([...extended(0, 4000, 2), ...lossyChunk(3, 2)])],
    ['a WebP with two pictures', webpOf([...lossyChunk(3, 2), ...lossyChunk(3, 2)])],
    ['a WebP with something behind its end', append(webp(3, 2), 1, 2)],
    ['a WebP that is cut short', webp(3, 2).subarray(0, -1)],
  ])('should be refused: %s', (_, bytes) => {
    expect(() => sniffPicture(bytes)).toThrow(expect.objectContaining({ code: 'share-picture-refused' }));
  });
});

/** A picture or an error of ours: never another error, never no end. */
function sniffs(bytes: Uint8Array): void {
  try {
    const { width, height } = sniffPicture(bytes);
    expect(width * height).toBeGreaterThan(0);
  } catch (cause) {
    expect(cause).toBeInstanceOf(ReverieError);
  }
}

describe('fuzzing', () => {
  const pictures = [
    jpeg(300, 200),
    png(300, 200),
    webp(300, 200),
    webpOf([...extended(0x10, 3, 2), ...lossyChunk(3, 2)]),
  ];

  it('should survive any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), sniffs), { numRuns: 2000 });
  });

  it('should survive pictures with any bytes changed, cut out or put in', () => {
    const edits = fc.array(fc.record({ at: fc.nat(400), cut: fc.nat(20), put: fc.uint8Array({ maxLength: 20 }) }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(fc.constantFrom(...pictures), edits, (picture, changes) => {
        const bytes = [...picture];
        for (const { at, cut, put } of changes) bytes.splice(at % bytes.length, cut, ...put);
        sniffs(Uint8Array.from(bytes));
      }),
      { numRuns: 3000 },
    );
  });

  it('should refuse any JSON that is no share by an error of ours', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(() => parseShareRequest(value)).toThrow(expect.objectContaining({ code: 'share-invalid' }));
      }),
      { numRuns: 500 },
    );
  });
});
