/** BMP on the command line: every way to pack is read, or refused in words. */
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../../tools/images';

const side = 16;
/** Red, green, blue, white. */
const colours = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 255],
] as const;
/** Which colour is where: four columns, but the lowest row is white. */
const indexAt = (x: number, y: number) => (y === side - 1 ? 3 : x >> 2);
const rows = Array.from({ length: side }, (_, y) => Array.from({ length: side }, (_, x) => indexAt(x, y)));

interface Made {
  readonly bits: number;
  readonly packing?: number;
  /** Rows, the lowest first unless it is `topDown`. */
  readonly body: readonly number[];
  readonly header?: 12 | 40 | 56 | 124;
  readonly masks?: readonly number[];
  readonly topDown?: boolean;
}

function bmp({ bits, packing = 0, body, header = 40, masks = [], topDown = false }: Made): Buffer {
  const entry = header === 12 ? [0, 1, 2] : [0, 1, 2, 3];
  const palette = bits > 8 ? [] : colours.flatMap(([r, g, b]) => entry.map((i) => [b, g, r, 0][i] ?? 0));
  // An old header does not say how many colours there are.
  const missing = header === 12 && bits <= 8 ? 3 * (2 ** bits - colours.length) : 0;
  const behind = header === 40 ? 4 * masks.length : 0;
  const start = 14 + header + behind + palette.length + Math.max(0, missing);
  const head = Buffer.alloc(start);
  head.write('BM');
  head.writeUInt32LE(start + body.length, 2);
  head.writeUInt32LE(start, 10);
  head.writeUInt32LE(header, 14);
  if (header === 12) {
    [side, side, 1, bits].forEach((value, i) => {
      head.writeUInt16LE(value, 18 + 2 * i);
    });
  } else {
    head.writeInt32LE(side, 18);
    head.writeInt32LE(topDown ? -side : side, 22);
    head.writeUInt16LE(1, 26);
    head.writeUInt16LE(bits, 28);
    head.writeUInt32LE(packing, 30);
    head.writeUInt32LE(bits > 8 ? 0 : colours.length, 46);
    masks.forEach((mask, i) => {
      head.writeUInt32LE(mask >>> 0, 54 + 4 * i);
    });
  }
  Buffer.from(palette).copy(head, 14 + header + behind);
  return Buffer.concat([head, Buffer.from(body)]);
}

const upwards = [...rows].reverse();
const words = (bytes: number, value: (index: number) => number, of = upwards) =>
  of.flat().flatMap((index) => Array.from({ length: bytes }, (_, i) => (value(index) >>> (8 * i)) & 255));
const packed = (bits: number) =>
  upwards.flatMap((row) => {
    const text = row.map((index) => index.toString(2).padStart(bits, '0')).join('');
    const bytes = (text.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
    return [...bytes, ...Array.from({ length: (4 - (bytes.length % 4)) % 4 }, () => 0)];
  });
/** Colours by so many bits of red, green and blue. */
const mixed = (red: number, green: number, blue: number) => (index: number) => {
  const [r, g, b] = colours[index] ?? [0, 0, 0];
  const most = (bits: number, value: number) => (value === 255 ? 2 ** bits - 1 : 0);
  return (most(red, r) << (green + blue)) | (most(green, g) << blue) | most(blue, b);
};
const bgr = (index: number) => mixed(8, 8, 8)(index);

/** Runs of one index; the first column of the second row in plain indices. */
const rle8 = [
  ...[side, 3, 0, 0],
  ...[0, 4, 0, 0, 0, 0, 4, 1, 4, 2, 4, 3, 0, 0],
  ...Array.from({ length: side - 2 }, () => [4, 0, 4, 1, 4, 2, 4, 3, 0, 0]).flat(),
  ...[0, 1],
];
const rle4 = [
  ...[side, 0x33, 0, 0],
  ...[0, 5, 0x00, 0x00, 0x10, 0, 3, 0x11, 4, 0x22, 4, 0x33, 0, 0],
  ...Array.from({ length: side - 2 }, () => [4, 0x00, 4, 0x11, 4, 0x22, 4, 0x33, 0, 0]).flat(),
  ...[0, 1],
];

const kinds: readonly (readonly [string, Made])[] = [
  ['4 bits', { bits: 4, body: packed(4) }],
  ['8 bits', { bits: 8, body: packed(8) }],
  ['4 bits, from OS/2', { bits: 4, body: packed(4), header: 12 }],
  ['8 bits, from OS/2', { bits: 8, body: packed(8), header: 12 }],
  ['24 bits, from OS/2', { bits: 24, body: words(3, bgr), header: 12 }],
  ['runs of 8 bits', { bits: 8, packing: 1, body: rle8 }],
  ['runs of 4 bits', { bits: 4, packing: 2, body: rle4 }],
  ['16 bits, 5 of each', { bits: 16, body: words(2, mixed(5, 5, 5)) }],
  ['16 bits, 5-6-5', { bits: 16, packing: 3, body: words(2, mixed(5, 6, 5)), masks: [0xf800, 0x7e0, 0x1f] }],
  ['16 bits, 4 of each', { bits: 16, packing: 3, body: words(2, mixed(4, 4, 4)), masks: [0xf00, 0xf0, 0xf] }],
  ['24 bits', { bits: 24, body: words(3, bgr) }],
  ['32 bits', { bits: 32, body: words(4, bgr) }],
  ['32 bits, from the top', { bits: 32, body: words(4, bgr, rows), topDown: true }],
  [
    '32 bits, the other way round',
    {
      bits: 32,
      packing: 3,
      masks: [0xff000000, 0xff0000, 0xff00],
      body: words(4, (index) => mixed(8, 8, 8)(index) << 8),
    },
  ],
  [
    '32 bits, 10 of each',
    { bits: 32, packing: 3, body: words(4, mixed(10, 10, 10)), masks: [0x3ff00000, 0xffc00, 0x3ff] },
  ],
  ...([56, 124] as const).map(
    (header) =>
      [
        `32 bits with alpha, header of ${header}`,
        {
          bits: 32,
          packing: 3,
          header,
          masks: [0xff0000, 0xff00, 0xff, 0xff000000],
          body: words(4, (index) => bgr(index) | 0xff000000),
        },
      ] as const,
  ),
];

describe('BMP', () => {
  it.each(kinds)('should be read with %s', async (_, made) => {
    const { width, height, data } = await decodeImage(bmp(made));
    expect([width, height]).toEqual([side, side]);
    const shown = Array.from({ length: side * side }, (_, i) => [...data.subarray(4 * i, 4 * i + 4)]);
    expect(shown).toEqual(rows.flat().map((index) => [...(colours[index] ?? []), 255]));
  });

  it('should have black where a jump in a run leaves something out, as Chromium does', async () => {
    const body = [4, 0, 0, 2, 4, 1, 8, 1, 0, 1];
    const { data } = await decodeImage(bmp({ bits: 8, packing: 1, body }), 'it', { transparency: true });
    const at = (x: number, y: number) => [...data.subarray(4 * (y * side + x), 4 * (y * side + x) + 4)];
    expect([at(3, 15), at(4, 15), at(7, 14), at(8, 14)]).toEqual([
      [255, 0, 0, 255],
      [0, 0, 0, 255],
      [0, 0, 0, 255],
      [0, 255, 0, 255],
    ]);
  });

  it('should have the transparency that its mask says', async () => {
    const body = words(4, (index) => bgr(index) | 0x80000000);
    const made = { bits: 32, packing: 3, header: 124, masks: [0xff0000, 0xff00, 0xff, 0xff000000], body } as const;
    const { data } = await decodeImage(bmp(made), 'it', { transparency: true });
    expect([...data.subarray(0, 4)]).toEqual([255, 0, 0, 128]);
  });

  it.each(kinds)('should be refused when cut short: %s', async (_, made) => {
    const file = bmp(made);
    await expect(decodeImage(file.subarray(0, file.length - 9), 'it')).rejects.toMatchObject({
      code: 'image-truncated',
      message: 'it is a BMP file that is cut short or damaged. Fetch or save it again.',
    });
  });

  it.each([
    ['a JPEG inside', { bits: 0, packing: 4, body: packed(8) }],
    ['a PNG inside', { bits: 24, packing: 5, body: packed(8) }],
    ['64 bits', { bits: 64, packing: 0, body: words(8, bgr) }],
    ['runs of 24 bits', { bits: 24, packing: 4, header: 124, body: packed(8) }],
  ] as const)('should be refused in words with %s', async (_, made) => {
    await expect(decodeImage(bmp(made))).rejects.toMatchObject({
      code: 'image-unsupported',
      message: expect.stringMatching(/^BMP pictures of \d+ bits packed in way \d cannot be read/),
    });
  });
});
