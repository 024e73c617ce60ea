/**
 * One truth about pictures: the command line and the studio's intake show the colours and the way up that Chromium does, to 4
 * levels of 255, or refuse. Where Chromium itself reads nothing (TIFF, HEIC) the two agree with a PNG of the same numbers.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeImage } from '../../tools/images';
import * as made from '../support/colourPictures';
import type { Seen } from './pictures.page';
import type { Session } from './support/chromium';
import { bundleWorker, startSite, workerScript } from './support/workerBundle';

let session: Session;
beforeAll(async () => {
  session = await startSite(await bundleWorker(fileURLToPath(new URL('pictures.page.ts', import.meta.url))), false);
  await session.page.addScriptTag({ type: 'module', url: workerScript });
  await session.page.waitForFunction(() => 'look' in window);
});
afterAll(() => session?.close());

type Places = readonly (readonly [x: number, y: number])[];
type Window = { look(base64: string, places: Places): Promise<{ browser: Seen; studio: Seen }> };

const inPatches: Places = made.patches.map((_, i) => [(i + 0.5) / made.patches.length, 0.5]);
/** Of a picture that is turned. */
const corners: Places = [0.05, 0.95].flatMap((y) => [0.05, 0.95].map((x) => [x, y] as const));

async function look(file: Uint8Array, places: Places = inPatches) {
  const base64 = Buffer.from(file).toString('base64');
  const { browser, studio } = await session.page.evaluate(
    ([bytes, at]) => (window as unknown as Window).look(bytes, at),
    [base64, places] as const,
  );
  const terminal = await decodeImage(file, 'it', { transparency: true }).then(
    ({ width, height, data, notes }): Seen => ({
      width,
      height,
      notes,
      colours: places.map(([x, y]) => {
        const at = 4 * (Math.floor(y * height) * width + Math.floor(x * width));
        return [...data.subarray(at, at + 4)];
      }),
    }),
    ({ code }: { code: string }): Seen => ({ code }),
  );
  return { browser, studio, terminal };
}

function expectAlike(is: Seen, should: Seen, who: string, tolerance = 4): void {
  if ('code' in is || 'code' in should) throw new Error(`${who}: ${JSON.stringify([is, should])}`);
  expect([is.width, is.height], who).toEqual([should.width, should.height]);
  const off = Math.max(
    ...is.colours.flatMap((colour, i) => colour.map((value, c) => Math.abs(value - (should.colours[i]?.[c] ?? -1)))),
  );
  expect(off, `${who}: ${is.colours.join(' ')} not ${should.colours.join(' ')}`).toBeLessThanOrEqual(tolerance);
}

type Case = readonly [name: string, make: () => Buffer | Promise<Buffer>];
const profiled: Case[] = Object.entries(made.profiles).flatMap(([name, profile]): Case[] => [
  [`PNG, 8 bits, ${name}`, () => made.png('rgb', 8, [made.iccp(profile)])],
  [`PNG, 16 bits, ${name}`, () => made.png('rgb', 16, [made.iccp(profile)])],
  [`JPEG, ${name}`, () => made.jpeg(profile)],
  [`WebP, ${name}`, () => made.webp(profile)],
]);
const { iccp, png, profiles, tableProfiles } = made;
const p3 = profiles['Display P3'] as Buffer;
const wide = [0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06] as const;

const shown: Case[] = [
  ...profiled,
  ...([1, 2, 4, 8, 16] as const).map((depth): Case => [`PNG, grey, ${depth} bits`, () => png('grey', depth)]),
  ...([4, 8] as const).map((depth): Case => [`PNG, palette, ${depth} bits`, () => png('palette', depth)]),
  ...Object.entries(tableProfiles).flatMap(([name, profile]): Case[] =>
    ([8, 16] as const).map((depth) => [`PNG, ${depth} bits, ${name}`, () => png('rgb', depth, [iccp(profile)])]),
  ),
  ['JPEG, tables', () => made.jpeg(tableProfiles['tables of 8 bits'] as Buffer)],
  ['PNG, palette, Display P3', () => png('palette', 8, [iccp(p3)])],
  ['PNG, 16 bits', () => png('rgb', 16)],
  ['PNG, 16 bits and alpha, Display P3', () => png('rgba', 16, [iccp(p3)])],
  ['PNG, grey, grey profile', () => png('grey', 8, [iccp(made.greyProfile)])],
  ['PNG, grey, 16 bits, grey profile', () => png('grey', 16, [iccp(made.greyProfile)])],
  ['PNG, grey and alpha, 16 bits', () => png('grey+alpha', 16)],
  ['PNG, colours, grey profile', () => png('rgb', 8, [iccp(made.greyProfile)])],
  ['PNG, a broken profile', () => png('rgb', 8, [iccp(p3.subarray(0, 200))])],
  ['PNG, gAMA 1', () => png('rgb', 8, [made.gama(1)])],
  ['PNG, 16 bits, gAMA 1', () => png('rgb', 16, [made.gama(1)])],
  ['PNG, gAMA of sRGB', () => png('rgb', 8, [made.gama(0.45455)])],
  ['PNG, gAMA and cHRM', () => png('rgb', 8, [made.gama(0.45455), made.chrm(...wide)])],
  ['PNG, cHRM alone', () => png('rgb', 8, [made.chrm(...wide)])],
  ['PNG, sRGB before gAMA', () => png('rgb', 8, [made.pngChunk('sRGB', Buffer.from([0])), made.gama(1)])],
  ['PNG, a profile before gAMA', () => png('rgb', 8, [iccp(p3), made.gama(1)])],
  ['PNG, cICP before a profile', () => png('rgb', 8, [made.cicp(12, 13), iccp(profiles['Adobe RGB'] as Buffer)])],
  ...[
    [9, 14],
    [1, 1],
    [1, 8],
    [1, 4],
    [7, 7],
    [1, 11],
    [12, 17],
    [10, 8],
    // Of these one half says nothing.
    [12, 2],
    [2, 13],
  ].map(
    ([primaries = 0, transfer = 0]): Case => [
      `PNG, cICP ${primaries} ${transfer}`,
      () => png('rgb', 8, [made.cicp(primaries, transfer)]),
    ],
  ),
  ['PNG, cICP of video, a profile behind it', () => png('rgb', 8, [made.cicp(9, 1, 0, 0), iccp(p3)])],
  ['PNG, cHRM of nothing', () => png('rgb', 8, [made.gama(0.45455), made.chrm(0, 0, 0, 0, 0, 0, 0, 0)])],
  ...[0.42, 0.44, 0.45, 0.47, 0.49].map(
    (gamma): Case => [`PNG, gAMA ${gamma}`, () => png('rgb', 8, [made.gama(gamma)])],
  ),
  ['PNG, sRGB of no kind', () => png('rgb', 8, [made.pngChunk('sRGB', Buffer.from([9])), made.gama(1)])],
  ...Object.entries(made.oddProfiles).flatMap(([name, profile]): Case[] => [
    [`PNG, ${name}`, () => png('rgb', 16, [iccp(profile)])],
    [`JPEG, ${name}`, () => made.jpeg(profile)],
  ]),
  ['PNG, grey, a profile by Lab', () => png('grey', 8, [iccp(made.greyLab)])],
  ['JPEG', () => made.jpeg(null)],
  // An orientation that is none.
  ...[
    [4, 1],
    [1, 1],
    [3, 2],
    [3, 0],
  ].map(([type = 0, count = 0]): Case => [`JPEG, EXIF ${type} ${count}`, () => made.jpegWith(made.exif(type, count))]),
  ['JPEG, grey, grey profile', () => made.jpeg(made.greyProfile, true)],
  ['JPEG, CMYK', () => made.cmykJpeg(false)],
  ...[
    [1, 13],
    [12, 13],
    [9, 14],
    [1, 1],
    [2, 2],
    [1, 8],
  ].map(
    ([primaries = 0, transfer = 0]): Case => [`AVIF, ${primaries} ${transfer}`, () => made.avif(primaries, transfer)],
  ),
  ...([10, 12] as const).flatMap((bits): Case[] => [
    [`AVIF, ${bits} bits`, () => made.avif(1, 13, bits)],
    [`AVIF, ${bits} bits, 12 13`, () => made.avif(12, 13, bits)],
  ]),
  ['AVIF, 7 7', () => made.avif(7, 7)],
  ['GIF', made.gif],
  ['GIF without its end', async () => (await made.gif()).subarray(0, -1)],
  ['BMP, a short palette', () => made.bmp(8, { colours: 4 })],
  ['BMP, 24 bits, Display P3', () => made.bmp(24, { profile: p3 })],
  ['BMP, 32 bits and alpha', () => made.bmp(32, { profile: profiles.sRGB as Buffer })],
  ...([8, 24, 32] as const).map((bits): Case => [`BMP, ${bits} bits`, () => made.bmp(bits)]),
];

describe('colours', () => {
  it.each(shown)('are those that Chromium shows: %s', async (_, make) => {
    const { browser, studio, terminal } = await look(await make());
    expectAlike(studio, browser, 'studio', 1);
    expectAlike(terminal, browser, 'command line');
  });

  it('are those that Chromium shows in the studio, and refused on the command line: CMYK with a profile', async () => {
    const { browser, studio, terminal } = await look(await made.cmykJpeg(true));
    expectAlike(studio, browser, 'studio', 1);
    expect(terminal).toEqual({ code: 'image-unsupported' });
  });

  const refusedByBoth: Case[] = [
    ['PNG, PQ', () => png('rgb', 8, [made.cicp(12, 16)])],
    ['PNG, HLG', () => png('rgb', 8, [made.cicp(9, 18)])],
    ['AVIF, PQ', () => made.avif(9, 16)],
    ['AVIF, HLG', () => made.avif(9, 18)],
  ];
  it.each(refusedByBoth)('are refused in words by both where they are brighter than white: %s', async (_, make) => {
    const { studio, terminal } = await look(await make());
    expect([studio, terminal]).toEqual([{ code: 'image-unsupported' }, { code: 'image-unsupported' }]);
  });

  const others: [string, () => Buffer | Promise<Buffer>, (() => Buffer) | null][] = [
    ['grey', () => made.tiff(1, 8), () => png('grey', 8)],
    ['grey, white is 0', () => made.tiff(0, 8), () => png('grey', 8)],
    ['grey, 16 bits', () => made.tiff(1, 16), () => png('grey', 16)],
    [
      'RGB, compressed',
      () => sharp(made.tiff(2, 8)).tiff({ compression: 'lzw', predictor: 'horizontal' }).toBuffer(),
      () => png('rgb', 8),
    ],
    [
      'grey, a profile',
      () => made.tiff(1, 8, { profile: made.greyProfile }),
      () => png('grey', 8, [iccp(made.greyProfile)]),
    ],
    ...Object.entries(profiles).flatMap(([name, profile]): [string, () => Buffer, () => Buffer][] =>
      ([8, 16] as const).map((bits) => [
        `RGB, ${bits} bits, ${name}`,
        () => made.tiff(2, bits, { profile }),
        () => png('rgb', bits, [iccp(profile)]),
      ]),
    ),
    [
      'RGB, tables',
      () => made.tiff(2, 8, { profile: tableProfiles['tables of 8 bits'] as Buffer }),
      () => png('rgb', 8, [iccp(tableProfiles['tables of 8 bits'] as Buffer)]),
    ],
    ['ink', () => made.tiff(5, 8), () => png('rgb', 8)],
    ['ink, 16 bits', () => made.tiff(5, 16), () => png('rgb', 8)],
    ['Lab', () => made.tiff(8, 8), null],
  ];
  it.each(others)('are alike in a TIFF, wherever it is read: %s', async (_, make, twin) => {
    const { studio, terminal } = await look(await make());
    if (!twin) {
      expect([studio, terminal]).toEqual([{ code: 'image-unsupported' }, { code: 'image-unsupported' }]);
      return;
    }
    const { browser } = await look(twin());
    expectAlike(studio, browser, 'studio');
    expectAlike(terminal, browser, 'command line');
  });
});

describe('the way up', () => {
  /** Red, green, blue and yellow in the corners, four times as wide as high. */
  const quarters = (width = 64) => {
    const data = Buffer.alloc(width * (width / 4) * 3);
    for (let i = 0; i < data.length / 3; i++) {
      const [right, low] = [i % width >= width / 2, i >= data.length / 6];
      data.set(made.patches[(right ? 1 : 0) + (low ? 2 : 0)] ?? [], 3 * i);
    }
    return sharp(data, { raw: { width, height: width / 4, channels: 3 } });
  };
  const formats = ['jpeg', 'png', 'webp', 'avif', 'tiff'] as const;

  it.each(formats)('is the one that is meant, in every one of eight: %s', async (format) => {
    for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const file = await quarters().toFormat(format, { quality: 100 }).withMetadata({ orientation }).toBuffer();
      const { studio, terminal } = await look(file, corners);
      const upright = await quarters().withMetadata({ orientation }).png().toBuffer();
      const { browser } = await look(await sharp(upright).autoOrient().png().toBuffer(), corners);
      expectAlike(studio, browser, `studio, ${orientation}`, 12);
      expectAlike(terminal, browser, `command line, ${orientation}`, 12);
    }
  });

  it('is that of the first EXIF, whatever stands behind its name, and the label knows its sides', async () => {
    const file = await made.jpegWith(made.exif(3, 1, 'Exif\0\xff'), made.exif(3, 0));
    const { browser, studio, terminal } = await look(file, corners);
    expect(browser).toMatchObject({ width: 16, height: 128 });
    expectAlike(studio, browser, 'studio', 1);
    expectAlike(terminal, browser, 'command line');
    expect(studio).toMatchObject({ notes: [] });
  });

  it.each(formats)('holds where a picture is reduced while it is decoded: %s', async (format) => {
    const file = await quarters(2560)
      .toFormat(format, { quality: 80, effort: 1 })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const { studio, terminal } = await look(file, corners);
    if ('code' in studio || 'code' in terminal) throw new Error(JSON.stringify([studio, terminal]));
    expect([studio.width, studio.height, studio.notes]).toEqual([512, 2048, ['reduced']]);
    expect([terminal.width, terminal.height]).toEqual([640, 2560]);
    expectAlike({ ...studio, width: 640, height: 2560 }, terminal, 'studio', 12);
  });
});

describe('HEIC', () => {
  it('has its colours by its code points, on the command line and in the studio', async () => {
    const plain = await readFile(new URL('../fixtures/two-colours.heic', import.meta.url));
    const halves: Places = [
      [0.2, 0.5],
      [0.8, 0.5],
    ];
    const { studio, terminal } = await look(plain, halves);
    expectAlike(studio, terminal, 'studio', 1);
    expect(studio).toMatchObject({ width: 64, height: 48 });
  });
});
