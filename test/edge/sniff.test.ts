/** The readers of pictures: what passes, what does not, byte by byte, and that no bytes whatever break them. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReverieError } from '../../shared/errors';
import { parseShareRequest } from '../../shared/share';
import { sniffPicture } from '../../worker/shares/pictures/sniff';
import {
  alphaChunk,
  bytesOf,
  chunk,
  codes,
  extendedChunk,
  frame,
  grey,
  jfif,
  jpeg,
  jpegOf,
  losslessChunk,
  lossyChunk,
  png,
  pngHeader,
  pngOf,
  pngPixels,
  scan,
  segment,
  steps,
  webp,
  webpChunk,
  webpOf,
  zlib,
} from './support/pictures';

const append = (bytes: Uint8Array, ...more: number[]) => Uint8Array.from([...bytes, ...more]);
const text = bytesOf('GPS 37.5665,126.9780 owner=kim@example.com, and so on and so on: 0123456789');
const end = chunk('IEND', []);
const pixels = (width: number, height: number) => chunk('IDAT', zlib(pngPixels(width, height)));
const entry = [0x50, 0x4b, 1, 2, 20, 0, 0x50, 0x4b, 5, 6];
const message = 'GPS 37.5665,126.9780 owner=kim@example.com, and so on: 0123';
const archive = [0x50, 0x4b, 5, 6, 0, 0, 0, 0, 1, 0, 1, 0, ...Array.from({ length: 10 }, () => 0)];
/** What a picture of 40 × 30 RGB pixels is made of, some of them something else. */
const filled = (...some: readonly number[]) => {
  const raw = pngPixels(40, 30);
  raw.set(some, 1);
  return pngOf(pngHeader(40, 30), chunk('IDAT', zlib(raw)), end);
};
const table = (id: number, ...of: number[]) =>
  segment(0xdb, [id, ...of, ...Array.from({ length: 64 - of.length }, () => 1)]);

describe('a plain picture', () => {
  it.each<[string, Uint8Array<ArrayBuffer>, string]>([
    ['JPEG', jpeg(300, 200), 'image/jpeg'],
    ['JPEG without JFIF', jpegOf(steps(0), frame(300, 200), codes, scan, grey(300, 200)), 'image/jpeg'],
    ['PNG', png(300, 200), 'image/png'],
    ['PNG in two pieces', pngOf(pngHeader(300, 200), ...halves(zlib(pngPixels(300, 200))), end), 'image/png'],
    ['PNG of a known density', png(300, 200, 0, chunk('pHYs', [0, 0, 3, 0xe8, 0, 0, 3, 0xe8, 1])), 'image/png'],
    ['lossy WebP', webp(300, 200), 'image/webp'],
    ['lossless WebP', webpOf(losslessChunk(300, 200)), 'image/webp'],
    ['extended WebP', webpOf([...extendedChunk(0, 300, 200), ...lossyChunk(300, 200)]), 'image/webp'],
    [
      'WebP with transparency',
      webpOf([...extendedChunk(0x10, 300, 200), ...alphaChunk(300, 200), ...lossyChunk(300, 200)]),
      'image/webp',
    ],
  ])('should be known: %s', async (_, bytes, type) => {
    expect(await sniffPicture(bytes)).toEqual({ type, width: 300, height: 200 });
  });
});

function halves(data: number[]): number[][] {
  const middle = data.length >> 1;
  return [chunk('IDAT', data.slice(0, middle)), chunk('IDAT', data.slice(middle))];
}

const refused: readonly [string, Uint8Array<ArrayBuffer>][] = [
  ['nothing', new Uint8Array()],
  ['three bytes of a JPEG', Uint8Array.from([0xff, 0xd8, 0xff])],
  ['text that begins as TIFF does', Uint8Array.from(bytesOf('II* and more'))],
  ['a GIF', Uint8Array.from(bytesOf('GIF89a......'))],
  ['a RIFF that is a sound', Uint8Array.from(bytesOf('RIFF\u0004\0\0\0WAVE'))],

  ['a JPEG with EXIF', jpeg(3, 2, segment(0xe1, bytesOf('Exif\0\0GPS')))],
  ['a JPEG with a colour profile', jpeg(3, 2, segment(0xe2, bytesOf('ICC_PROFILE\0')))],
  ['a JPEG with a comment', jpeg(3, 2, segment(0xfe, bytesOf('<script>')))],
  ['a JPEG with two frames', jpeg(3, 2, frame(3, 2))],
  ['a JPEG without its end', jpeg(3, 2).subarray(0, -2)],
  ['a JPEG with something behind its end', append(jpeg(3, 2), 0)],
  ['a JPEG of no size', jpeg(0, 2)],
  [
    'a JPEG whose JFIF part holds a thumbnail',
    jpegOf(
      segment(0xe0, [...bytesOf('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 1, 1, 9, 9, 9]),
      steps(0),
      frame(3, 2),
      codes,
      scan,
      [0],
    ),
  ],
  [
    'a JPEG whose density says something',
    jpegOf(
      segment(0xe0, [...bytesOf('JFIF\0'), 1, 1, 0, ...bytesOf('hide'), 0, 0]),
      steps(0),
      frame(3, 2),
      codes,
      scan,
      [0],
    ),
  ],
  ['a JPEG with two JFIF parts', jpegOf(jfif, jfif, steps(0), frame(3, 2), codes, scan, [0])],
  ['a JPEG with an APP0 of another name', jpeg(3, 2, segment(0xe0, bytesOf('JFXX\0 thumbnail')))],
  ['a JPEG with a long Adobe part', jpeg(3, 2, segment(0xee, [...bytesOf('Adobe'), 0, 100, 0, 0, 0, 0, 0, 9]))],
  ['a JPEG with text in its Adobe part', jpeg(3, 2, segment(0xee, [...bytesOf('Adobe\0dtext'), 1]))],
  [
    'a JPEG with text behind its steps',
    jpegOf(jfif, segment(0xdb, [0, ...Array.from({ length: 64 }, () => 1), ...text]), frame(3, 2), codes, scan, [0]),
  ],
  ['a JPEG with text as its steps', jpegOf(jfif, table(0, ...text.slice(0, 64)), frame(3, 2), codes, scan, [0])],
  ['a JPEG with steps that nothing needs', jpegOf(jfif, steps(0), steps(1), frame(3, 2), codes, scan, [0])],
  ['a JPEG with its steps twice', jpegOf(jfif, steps(0), steps(0), frame(3, 2), codes, scan, [0])],
  ['a JPEG without steps', jpegOf(jfif, frame(3, 2), codes, scan, [0])],
  [
    'a JPEG with text behind its codes',
    jpegOf(
      jfif,
      steps(0),
      frame(3, 2),
      [...codes.slice(0, 3), (codes[3] ?? 0) + text.length, ...codes.slice(4), ...text],
      scan,
      [0],
    ),
  ],
  [
    'a JPEG with text as its codes',
    jpegOf(
      jfif,
      steps(0),
      frame(3, 2),
      codes,
      segment(0xc4, [1, ...Array.from({ length: 15 }, () => 0), 20, ...text.slice(0, 20)]),
      scan,
      [0],
    ),
  ],
  ['a JPEG with codes that nothing needs', jpegOf(jfif, steps(0), frame(3, 2), codes, codes, scan, [0])],
  ['a JPEG without codes', jpegOf(jfif, steps(0), frame(3, 2), scan, [0])],
  ['a JPEG with text as its restart interval', jpeg(3, 2, segment(0xdd, text))],
  [
    'a JPEG with text in its frame',
    jpegOf(jfif, steps(0), segment(0xc0, [8, 0, 2, 0, 3, 1, 1, 0x11, 0, ...text]), codes, scan, [0]),
  ],
  ['a JPEG of 12 bits', jpegOf(jfif, steps(0), segment(0xc0, [12, 0, 2, 0, 3, 1, 1, 0x11, 0]), codes, scan, [0])],
  [
    'a JPEG with text in its scan',
    jpegOf(jfif, steps(0), frame(3, 2), codes, segment(0xda, [1, 1, 0, 0, 63, 0, ...text]), [0]),
  ],
  [
    'a JPEG whose scan is of no kind',
    jpegOf(jfif, steps(0), frame(3, 2), codes, segment(0xda, [1, 1, 0, 7, 63, 0x31]), [0]),
  ],
  ['a JPEG with text for pixels', jpegOf(jfif, steps(0), frame(64, 64), codes, scan, [...grey(64, 64), ...text])],
  [
    'a JPEG with more data than pixels',
    jpegOf(
      jfif,
      steps(0),
      frame(3, 2),
      codes,
      scan,
      Array.from({ length: 3000 }, (_, i) => (i * 7919) & 127),
    ),
  ],
  [
    'a JPEG with restarts that it does not tell of',
    jpegOf(jfif, steps(0), frame(3, 2), codes, scan, [0, 0xff, 0xd0, 0]),
  ],
  [
    'a JPEG whose restarts are out of order',
    jpegOf(jfif, steps(0), segment(0xdd, [0, 1]), frame(16, 8), codes, scan, [0, 0xff, 0xd3, 0]),
  ],
  ['a JPEG whose markers are padded', jpegOf(jfif, [0xff, 0xff, 0xff], steps(0), frame(3, 2), codes, scan, [0])],
  [
    'a JPEG of a thousand scans',
    jpegOf(
      jfif,
      steps(0),
      frame(3, 2, 0xc2),
      codes,
      Array.from({ length: 1000 }, () => [...segment(0xda, [1, 1, 0, 0, 0, 0]), 7]).flat(),
    ),
  ],
  ['a JPEG whose pixels are cut short', jpegOf(jfif, steps(0), frame(300, 200), codes, scan, grey(300, 100))],
  ['a JPEG with bytes behind its pixels', jpegOf(jfif, steps(0), frame(64, 64), codes, scan, grey(64, 64), [0x9c, 7])],
  ['a JPEG with a byte behind its pixels', jpegOf(jfif, steps(0), frame(64, 64), codes, scan, grey(64, 64), [0])],
  ['a JPEG with bits behind its pixels', jpegOf(jfif, steps(0), frame(8, 8), codes, scan, [0x15])],
  ['a JPEG whose pixels have no code', jpegOf(jfif, steps(0), frame(8, 8), codes, scan, [0xbf])],
  [
    'a JPEG with an interval that it never reaches',
    jpegOf(jfif, steps(0), segment(0xdd, [0x41, 0x42]), frame(64, 64), codes, scan, grey(64, 64)),
  ],
  [
    'a JPEG with codes that its pixels do not need',
    jpegOf(
      jfif,
      steps(0),
      frame(8, 8),
      segment(0xc4, [
        ...[0, 0, 2, ...Array.from({ length: 14 }, () => 0), 0, 5],
        ...[0x10, 1],
        ...Array(15).fill(0),
        0,
      ]),
      scan,
      [0x1f],
    ),
  ],
  [
    'a progressive JPEG that is finer than it began',
    jpegOf(jfif, steps(0), frame(8, 8, 0xc2), codes, segment(0xda, [1, 1, 0, 0, 0, 0x10]), [0x7f]),
  ],
  [
    'a progressive JPEG without its fine details',
    jpegOf(jfif, steps(0), frame(8, 8, 0xc2), codes, segment(0xda, [1, 1, 0, 0, 0, 0]), [0x7f]),
  ],
  [
    'a JPEG of more blocks at once than there may be',
    jpegOf(
      jfif,
      steps(0),
      segment(0xc0, [8, 0, 32, 0, 32, 3, ...[1, 2, 3].flatMap((id) => [id, 0x44, 0])]),
      codes,
      segment(0xda, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0]),
      Array.from({ length: 12 }, () => 0),
    ),
  ],
  [
    'a JPEG with noughts that lead to nothing',
    jpegOf(
      jfif,
      steps(0),
      frame(8, 8),
      segment(0xc4, [0, 1, ...Array<number>(15).fill(0), 0]),
      segment(0xc4, [0x10, 0, 2, ...Array<number>(14).fill(0), 0, 0xf0]),
      scan,
      [0x29],
    ),
  ],
  ['a JPEG whose scan comes twice', jpegOf(jfif, steps(0), frame(3, 2), codes, scan, [0], scan, [0])],

  ['a PNG with text', png(3, 2, 0, chunk('tEXt', bytesOf('Comment\0hi')))],
  ['a PNG with EXIF', png(3, 2, 0, chunk('eXIf', [1, 2]))],
  ['a PNG with a profile', png(3, 2, 0, chunk('iCCP', [1, 2]))],
  ['an animated PNG', png(3, 2, 0, chunk('acTL', [0, 0, 0, 1, 0, 0, 0, 0]))],
  ['a PNG with a second header', png(3, 2, 0, pngHeader(3, 2))],
  ...['gAMA', 'PLTE', 'tRNS', 'bKGD', 'sBIT', 'cHRM', 'pHYs', 'sRGB'].map((name): [string, Uint8Array<ArrayBuffer>] => [
    `a PNG with text in ${name}`,
    png(3, 2, 0, chunk(name, text)),
  ]),
  ['a PNG with a gamma of its own', png(3, 2, 0, chunk('gAMA', bytesOf('hide')))],
  ['a PNG with a density of its own', png(3, 2, 0, chunk('pHYs', [...bytesOf('hidehide'), 1]))],
  [
    'a PNG with the same gamma twice',
    png(3, 2, 0, [...chunk('gAMA', [0, 0, 0xb1, 0x8f]), ...chunk('gAMA', [0, 0, 0xb1, 0x8f])]),
  ],
  ['a PNG with text in its end', pngOf(pngHeader(3, 2), pixels(3, 2), chunk('IEND', text))],
  ['a PNG with an archive in its end', pngOf(pngHeader(3, 2), pixels(3, 2), chunk('IEND', archive))],
  ['a PNG with an archive for pixels', filled(...archive)],
  ...[
    [...entry, 0, 0, 0, 0, 0, 0, 1, 0],
    [...entry, 1, 0, 1, 0, 1, 0, 1, 0],
  ].map((zip): [string, Uint8Array<ArrayBuffer>] => [
    `a PNG with an archive for pixels that counts its files otherwise: ${zip.slice(-8)}`,
    filled(...zip, ...Array.from({ length: 10 }, () => 0)),
  ]),
  ['a PNG with a RAR for pixels', filled(...bytesOf('Rar!\u001a\u0007'), 1, 0)],
  ['a PNG with a 7z for pixels', filled(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0, 4)],
  ['a PNG with a cabinet for pixels', filled(...bytesOf('MSCF'), 0, 0, 0, 0)],
  ['a PNG with Korean for pixels', filled(...new TextEncoder().encode('별이 빛나는 밤, 고흐가 그린 마을. '.repeat(4)))],
  [
    'a PNG with wide text for pixels',
    filled(
      ...bytesOf(message)
        .flatMap((byte) => [byte, 0])
        .slice(0, 119),
    ),
  ],
  ['a PNG with wide text for pixels, big end first', filled(...bytesOf(message).flatMap((byte) => [0, byte]))],
  ['a PNG with a PDF for pixels', filled(...bytesOf('%PDF-1.7'))],
  ['a PNG with text for pixels', filled(...text)],
  ['a PNG with a zip behind its end', append(png(3, 2), ...bytesOf('PK\u0003\u0004'))],
  [
    'a PNG with text behind its stream',
    pngOf(pngHeader(3, 2), chunk('IDAT', [...zlib(pngPixels(3, 2)), 1, 2, 3, 4]), end),
  ],
  [
    'a PNG with its check sum behind text',
    pngOf(pngHeader(3, 2), chunk('IDAT', [...zlib(pngPixels(3, 2)), 9, ...zlib(pngPixels(3, 2)).slice(-4)]), end),
  ],
  [
    'a PNG with another stream behind its pixels, in a piece of its own',
    pngOf(pngHeader(3, 2), pixels(3, 2), chunk('IDAT', zlib(Uint8Array.from(text))), end),
  ],
  ['a PNG whose pixels are no zlib stream', pngOf(pngHeader(3, 2), chunk('IDAT', [1, 2, 3, 4]), end)],
  ['a PNG of fewer pixels than it says', pngOf(pngHeader(3, 3), pixels(3, 2), end)],
  [
    'a PNG with more data than pixels',
    pngOf(
      pngHeader(3, 2),
      chunk('IDAT', [0x78, 1, ...Array(40).fill([0, 0, 0, 255, 255]).flat(), ...zlib(pngPixels(3, 2)).slice(2)]),
      end,
    ),
  ],
  ['a PNG of more pixels than it says', pngOf(pngHeader(3, 1), pixels(3, 2), end)],
  ['a PNG whose rows begin with no filter', pngOf(pngHeader(3, 2), chunk('IDAT', zlib(pngPixels(3, 2).fill(9))), end)],
  ['a PNG without pixels', pngOf(pngHeader(3, 2), end)],
  ['a PNG with something between its pixels', pngOf(pngHeader(3, 2), pixels(3, 2), chunk('sRGB', [0]), end)],
  ['a PNG with a wrong check sum', pngOf(pngHeader(3, 2), pixels(3, 2), chunk('IEND', [], 0))],
  ...[
    [77, 2, 0, 0, 0],
    [16, 2, 0, 0, 0],
    [8, 3, 0, 0, 0],
    [8, 7, 0, 0, 0],
    [8, 2, 1, 0, 0],
    [8, 2, 0, 1, 0],
    [8, 2, 0, 0, 1],
  ].map((kind): [string, Uint8Array<ArrayBuffer>] => [
    `a PNG of the kind ${kind}`,
    pngOf(pngHeader(3, 2, kind), pixels(3, 2), end),
  ]),
  ['a PNG that is too wide', png(4097, 2)],
  ['a PNG of too many pixels', png(4096, 4096)],

  ['a WebP with EXIF', webpOf([...extendedChunk(0x08, 3, 2), ...lossyChunk(3, 2), ...webpChunk('EXIF', [1])])],
  ['a WebP with XMP', webpOf([...lossyChunk(3, 2), ...webpChunk('XMP ', [1])])],
  ['an animated WebP', webpOf([...extendedChunk(0x02, 3, 2), ...webpChunk('ANIM', [0, 0, 0, 0, 0, 0])])],
  ['a WebP whose sizes contradict each other', webpOf([...extendedChunk(0, 4000, 2), ...lossyChunk(3, 2)])],
  ['a WebP with two pictures', webpOf([...lossyChunk(3, 2), ...lossyChunk(3, 2)])],
  ['a WebP with two canvases', webpOf([...extendedChunk(0, 3, 2), ...extendedChunk(0, 3, 2), ...lossyChunk(3, 2)])],
  ['a WebP with its canvas behind its picture', webpOf([...lossyChunk(3, 2), ...extendedChunk(0, 3, 2)])],
  ['a WebP with text in its canvas', webpOf([...extendedChunk(0, 3, 2, text), ...lossyChunk(3, 2)])],
  ['a WebP with a canvas of strange flags', webpOf([...extendedChunk(0x41, 3, 2), ...lossyChunk(3, 2)])],
  [
    'a WebP with transparency that it does not tell of',
    webpOf([...extendedChunk(0, 3, 2), ...alphaChunk(3, 2), ...lossyChunk(3, 2)]),
  ],
  [
    'a WebP with text as its transparency',
    webpOf([...extendedChunk(0x10, 3, 2), ...webpChunk('ALPH', [0, ...text]), ...lossyChunk(3, 2)]),
  ],
  ['a WebP with text behind its pixels', webpOf(webpChunk('VP8 ', [...lossyChunk(3, 2).slice(8), ...text]))],
  [
    'a WebP with something in its padding',
    webpOf([...extendedChunk(0x10, 3, 2), ...webpChunk('ALPH', [0, 0, 0, 0, 0, 0, 0], 7), ...lossyChunk(3, 2)]),
  ],
  ['a WebP whose frame is no key frame', webpOf(lossyChunk(3, 2, 0x11))],
  ['a WebP whose frame is not shown', webpOf(lossyChunk(3, 2, 0))],
  ['a WebP that asks to be enlarged', webpOf(lossyChunk(3 + 0x4000, 2))],
  ['a WebP with something behind its end', append(webp(3, 2), 1, 2)],
  ['a WebP that is cut short', webp(3, 2).subarray(0, -1)],
];

describe('anything else', () => {
  it.each(refused)('should be refused: %s', async (_, bytes) => {
    await expect(sniffPicture(bytes)).rejects.toMatchObject({ code: 'share-picture-refused' });
  });
});

/** A picture or an error of ours: never another error, never no end. */
async function sniffs(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  try {
    const { width, height } = await sniffPicture(bytes);
    expect(width * height).toBeGreaterThan(0);
  } catch (cause) {
    expect(cause).toBeInstanceOf(ReverieError);
  }
}

describe('fuzzing', () => {
  const pictures = [
    jpeg(30, 20),
    png(8, 5),
    webp(300, 200),
    webpOf([...extendedChunk(0x10, 3, 2), ...alphaChunk(3, 2), ...lossyChunk(3, 2)]),
  ];

  it('should survive any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), (bytes) => sniffs(Uint8Array.from(bytes))),
      { numRuns: 1000 },
    );
  });

  it('should survive pictures with any bytes changed, cut out or put in', { timeout: 60_000 }, async () => {
    const edits = fc.array(fc.record({ at: fc.nat(400), cut: fc.nat(20), put: fc.uint8Array({ maxLength: 20 }) }), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...pictures), edits, async (picture, changes) => {
        const bytes = [...picture];
        for (const { at, cut, put } of changes) bytes.splice(at % bytes.length, cut, ...put);
        await sniffs(Uint8Array.from(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  it('should refuse every picture with a byte more', async () => {
    for (const picture of pictures) {
      const step = Math.max(1, Math.floor(picture.length / 40));
      for (let at = 0; at <= picture.length; at += step) {
        const bytes = Uint8Array.from([...picture.subarray(0, at), 0x41, ...picture.subarray(at)]);
        // One that stands among a WebP's coded pixels makes others of them.
        const isCoded = picture[0] === 0x52;
        if (!isCoded)
          await expect(sniffPicture(bytes), String(at)).rejects.toMatchObject({ code: 'share-picture-refused' });
      }
    }
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
