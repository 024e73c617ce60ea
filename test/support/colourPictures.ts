/** One row of colours in every kind of file, depth and colour space: made by hand where an encoder would convert on the way. */
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';

export const side = 16;
/** Numbers in the file, 0..255; what they look like is the colour space's business. */
export const patches = [
  ...[
    [220, 30, 40],
    [30, 200, 60],
    [40, 60, 220],
    [230, 210, 50],
  ],
  ...[
    [127, 127, 127],
    [20, 20, 20],
    [245, 245, 245],
    [150, 100, 60],
  ],
] as const;
const width = side * patches.length;

const bytesOf = (...words: readonly (number | string | Uint8Array)[]): Buffer =>
  Buffer.concat(
    words.map((word) => {
      if (typeof word === 'string') return Buffer.from(word, 'latin1');
      if (typeof word !== 'number') return Buffer.from(word);
      const bytes = Buffer.alloc(4);
      bytes.writeInt32BE(word | 0);
      return bytes;
    }),
  );
const fixed = (value: number) => Math.round(value * 65536);

/** Columns of red, green and blue under D50, as the makers of these spaces give them. */
const colorants = {
  srgb: [0.43607, 0.22249, 0.01392, 0.38515, 0.71687, 0.09708, 0.14307, 0.06061, 0.7141],
  adobe: [0.60974, 0.31111, 0.01947, 0.20528, 0.62567, 0.06087, 0.14919, 0.06322, 0.74457],
  p3: [0.51512, 0.2412, -0.00105, 0.29198, 0.69225, 0.04189, 0.1571, 0.06657, 0.78407],
  proPhoto: [0.79767, 0.28804, 0, 0.13519, 0.71187, 0, 0.03134, 0.00009, 0.82491],
} as const;
const gammaCurve = (gamma: number) => bytesOf('curv', 0, 1, Buffer.from([gamma, (gamma % 1) * 256, 0, 0]));
const srgbCurve = bytesOf(
  'para',
  0,
  Buffer.from([0, 3, 0, 0]),
  ...[2.4, 0.947867, 0.052133, 0.077399, 0.04045].map(fixed),
);
const tableCurve = bytesOf(
  'curv',
  0,
  256,
  Buffer.from(
    Array.from({ length: 256 }, (_, i) => Math.round(65535 * (i / 255) ** 2)).flatMap((v) => [v >> 8, v & 255]),
  ),
);

function icc(space: 'RGB ' | 'GRAY', tags: readonly (readonly [string, Buffer])[], connection = 'XYZ '): Buffer {
  let at = 132 + 12 * tags.length;
  const table = tags.map(([name, data]) => {
    const entry = bytesOf(name, at, data.length);
    at += data.length;
    return entry;
  });
  const header = Buffer.alloc(128);
  header.writeUInt32BE(at, 0);
  header.writeUInt32BE(0x04300000, 8);
  bytesOf(connection === 'XYZ ' ? 'mntr' : 'prtr', space, connection).copy(header, 12);
  header.write('acsp', 36, 'latin1');
  bytesOf(fixed(0.9642), fixed(1), fixed(0.82491)).copy(header, 68);
  return Buffer.concat([header, bytesOf(tags.length), ...table, ...tags.map(([, data]) => data)]);
}
const white = ['wtpt', bytesOf('XYZ ', 0, fixed(0.9642), fixed(1), fixed(0.82491))] as const;

function rgbProfile(columns: readonly number[], curve: Buffer): Buffer {
  const column = (i: number) => bytesOf('XYZ ', 0, ...columns.slice(3 * i, 3 * i + 3).map(fixed));
  const named = ['r', 'g', 'b'].flatMap((letter, i) => [
    [`${letter}XYZ`, column(i)] as const,
    [`${letter}TRC`, curve] as const,
  ]);
  return icc('RGB ', [white, ...named]);
}

export const profiles: Readonly<Record<string, Buffer>> = {
  sRGB: rgbProfile(colorants.srgb, srgbCurve),
  'Adobe RGB': rgbProfile(colorants.adobe, gammaCurve(2.19921875)),
  'Display P3': rgbProfile(colorants.p3, srgbCurve),
  'ProPhoto RGB': rgbProfile(colorants.proPhoto, gammaCurve(1.8)),
  'a table': rgbProfile(colorants.adobe, tableCurve),
};
/** A profile's parametric curve (ICC.1:2022, 10.18). */
const bent = (kind: number, ...numbers: readonly number[]) =>
  rgbProfile(colorants.p3, bytesOf('para', 0, Buffer.from([0, kind, 0, 0]), ...numbers.map(fixed)));
const changed = (change: (profile: Buffer) => void): Buffer => {
  const profile = rgbProfile(colorants.p3, srgbCurve);
  change(profile);
  return profile;
};
/** Each shown, or passed over, as browsers have it. */
export const oddProfiles: Readonly<Record<string, Buffer>> = {
  'a curve with a foot': bent(1, 2.2, 1.1, -0.1),
  'a curve with a floor': bent(2, 2, 1.1, -0.1, 0.02),
  'a curve that is raised': bent(4, 2.2, 0.95, 0.05, 0.07, 0.05, 0.01, 0.01),
  'a curve that begins below 0': bent(1, 2.2, 0.9, 0.1),
  'a curve that falls': bent(0, -1),
  'a curve of no kind': bent(5, 1),
  'a later version': changed((profile) => profile.writeUInt8(5, 8)),
  'another white': changed((profile) => profile.writeInt32BE(fixed(0.9505), 68)),
  'a length beyond its end': changed((profile) => profile.writeUInt32BE(profile.length + 4, 0)),
  'a tag beyond its end': changed((profile) => profile.writeUInt32BE(profile.length, 140)),
  'Lab beside a matrix': changed((profile) => profile.write('Lab ', 20, 'latin1')),
};
export const greyProfile = icc('GRAY', [white, ['kTRC', gammaCurve(1.8)]]);
export const greyLab = icc('GRAY', [white, ['kTRC', gammaCurve(1.8)]], 'Lab ');

/** Lab of a made-up printer at three steps of red, green and blue, in 0..1: duller than a screen, its blacks not black. */
const printed = Array.from({ length: 27 }, (_, i) => {
  const [r = 0, g = 0, b = 0] = [Math.floor(i / 9), Math.floor(i / 3) % 3, i % 3].map((step) => step / 2);
  return [
    0.08 + 0.85 * (0.3 * r + 0.6 * g + 0.1 * b),
    128 / 255 + 0.25 * (r - g) + 0.03 * b,
    128 / 255 + 0.25 * (0.5 * (r + g) - b),
  ];
}).flat();
const word16 = (value: number) => Buffer.from([Math.round(value) >> 8, Math.round(value) & 255]);
const ramp = (count: number, gamma: number) => Array.from({ length: count }, (_, i) => (i / (count - 1)) ** gamma);
const head = (kind: string) => bytesOf(kind, 0, Buffer.from([3, 3, 3, 0]));
const unit = [1, 0, 0, 0, 1, 0, 0, 0, 1].map(fixed);

/** Profiles that are tables, of each kind there is. */
export const tableProfiles: Readonly<Record<string, Buffer>> = {
  'tables of 8 bits': icc(
    'RGB ',
    [
      white,
      [
        'A2B0',
        bytesOf(
          ...[head('mft1'), ...unit],
          Buffer.from(
            [
              ...[1.2, 1, 0.8].flatMap((gamma) => ramp(256, gamma)),
              ...printed,
              ...[1, 1, 1].flatMap((g) => ramp(256, g)),
            ].map((value) => Math.round(255 * value)),
          ),
        ),
      ],
    ],
    'Lab ',
  ),
  'tables of 16 bits': icc(
    'RGB ',
    [
      white,
      [
        'A2B0',
        bytesOf(
          ...[head('mft2'), ...unit, word16(5), word16(2)],
          ...[1.2, 1, 0.8].flatMap((gamma) => ramp(5, gamma)).map((value) => word16(65535 * value)),
          // Here 255 is at 65280.
          ...printed.map((value) => word16(65280 * value)),
          ...[1, 1, 1].flatMap((gamma) => ramp(2, gamma)).map((value) => word16(65535 * value)),
        ),
      ],
    ],
    'Lab ',
  ),
  'curves, a matrix and a lattice': (() => {
    const straight = Buffer.concat(Array.from({ length: 3 }, () => bytesOf('curv', 0, 0)));
    const bent = Buffer.concat([1.2, 1, 0.8].map((gamma) => bytesOf('para', 0, 0, fixed(gamma))));
    const matrix = bytesOf(...[0.9, 0, 0, 0, 1, 0, 0, 0, 1, 0.05, 0, 0].map(fixed));
    const lattice = bytesOf(
      ...[
        Buffer.from([3, 3, 3, ...Array<number>(13).fill(0), 2, 0, 0, 0]),
        ...printed.map((value) => word16(65535 * value)),
      ],
      Buffer.alloc(2),
    );
    const parts = [straight, matrix, straight, lattice, bent];
    const places = parts.map((_, i) => 32 + parts.slice(0, i).reduce((sum, { length }) => sum + length, 0));
    return icc('RGB ', [white, ['A2B0', bytesOf('mAB ', 0, Buffer.from([3, 3, 0, 0]), ...places, ...parts)]], 'Lab ');
  })(),
};

export function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = bytesOf(type, data);
  return bytesOf(data.length, body, crc32(body));
}
export const iccp = (profile: Uint8Array) => pngChunk('iCCP', bytesOf('p\0\0', deflateSync(profile)));
export const gama = (value: number) => pngChunk('gAMA', bytesOf(Math.round(value * 100_000)));
export const chrm = (...values: readonly number[]) =>
  pngChunk('cHRM', bytesOf(...values.map((v) => Math.round(v * 100_000))));
export const cicp = (primaries: number, transfer: number, matrix = 0, fullRange = 1) =>
  pngChunk('cICP', Buffer.from([primaries, transfer, matrix, fullRange]));

export type PngKind = 'grey' | 'rgb' | 'palette' | 'grey+alpha' | 'rgba';
const pngTypes = { grey: 0, rgb: 2, palette: 3, 'grey+alpha': 4, rgba: 6 } as const;

/** @param depth bits of a sample */
export function png(kind: PngKind, depth: number, chunks: readonly Buffer[] = []): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(side, 4);
  header.set([depth, pngTypes[kind], 0, 0, 0], 8);
  const samples = (i: number): readonly number[] => {
    const [r, g, b] = patches[i] ?? [0, 0, 0];
    if (kind === 'palette') return [i];
    const colours = kind.startsWith('grey') ? [g] : [r, g, b];
    const scaled = colours.map((value) => Math.round((value * (2 ** depth - 1)) / 255));
    return kind.endsWith('a') ? [...scaled, Math.round(0.8 * (2 ** depth - 1))] : scaled;
  };
  let bits = '';
  for (let x = 0; x < width; x++) {
    for (const value of samples(Math.floor(x / side))) bits += value.toString(2).padStart(depth, '0');
  }
  const row = Buffer.from([0, ...(bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2))]);
  const palette = kind === 'palette' ? [pngChunk('PLTE', Buffer.from(patches.flat()))] : [];
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    ...chunks,
    ...palette,
    pngChunk('IDAT', deflateSync(Buffer.concat(Array.from({ length: side }, () => row)))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

const rgb = () => sharp(png('rgb', 8));

/** One entry of a directory, an orientation: 6, of this type and as many. */
export function exif(type: number, count: number, sign = 'Exif\0\0'): Buffer {
  const data = Buffer.alloc(26);
  data.write('II*\0\x08\0\0\0\x01\0', 'latin1');
  [0x112, type, count, 0, 6].forEach((word, i) => {
    data.writeUInt16LE(word, 10 + 2 * i);
  });
  return Buffer.concat([Buffer.from(sign, 'latin1'), data]);
}

/** With a segment behind its start marker. */
export async function jpegWith(...parts: readonly Buffer[]): Promise<Buffer> {
  const coded = await jpeg(null);
  const segments = parts.map((part) => Buffer.concat([Buffer.from([0xff, 0xe1, 0, part.length + 2]), part]));
  return Buffer.concat([coded.subarray(0, 2), ...segments, coded.subarray(2)]);
}

/** A profile in APP2, behind the start marker. */
export async function jpeg(profile: Buffer | null, grey = false): Promise<Buffer> {
  const picture = grey ? rgb().toColourspace('b-w') : rgb();
  const coded = await picture.jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer();
  if (!profile) return coded;
  const content = bytesOf('ICC_PROFILE\0\x01\x01', profile);
  const length = content.length + 2;
  return Buffer.concat([
    coded.subarray(0, 2),
    Buffer.from([0xff, 0xe2, length >> 8, length & 255]),
    content,
    coded.subarray(2),
  ]);
}

export async function webp(profile: Buffer): Promise<Buffer> {
  const coded = await rgb().webp({ lossless: true }).toBuffer();
  const chunk = (name: string, data: Buffer) => {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(data.length);
    return Buffer.concat([Buffer.from(name), size, data, Buffer.alloc(data.length & 1)]);
  };
  const extended = Buffer.alloc(10);
  extended[0] = 0x20;
  extended.writeUIntLE(width - 1, 4, 3);
  extended.writeUIntLE(side - 1, 7, 3);
  const body = Buffer.concat([
    Buffer.from('WEBP'),
    chunk('VP8X', extended),
    chunk('ICCP', profile),
    coded.subarray(12),
  ]);
  return Buffer.concat([Buffer.from('RIFF'), Buffer.from(new Uint32Array([body.length]).buffer), body]);
}

/** By code points, which the encoder does not offer: written over a profile, whose box stays as long as it was. */
export async function avif(primaries: number, transfer: number, bitdepth: 8 | 10 | 12 = 8): Promise<Buffer> {
  const file = await rgb().withIccProfile('p3').avif({ quality: 100, chromaSubsampling: '4:4:4', bitdepth }).toBuffer();
  const at = file.indexOf('rICC', 0, 'latin1');
  if (at < 0) throw new Error('there is no profile');
  file.write('nclx', at, 'latin1');
  [primaries, transfer, 6].forEach((value, i) => {
    file.writeUInt16BE(value, at + 4 + 2 * i);
  });
  file[at + 10] = 0x80;
  return file;
}

export const cmykJpeg = (profile: boolean) => {
  const printed = rgb().toColourspace('cmyk');
  return (profile ? printed.withIccProfile('cmyk') : printed)
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
    .toBuffer();
};

export const gif = () => rgb().gif().toBuffer();

/**
 * Bottom row first. @param bits 8, with a palette, 24 or 32 @param profile makes a header of the fifth version
 * @param colours of the palette
 */
export function bmp(
  bits: 8 | 24 | 32,
  { profile, colours = patches.length }: { profile?: Buffer; colours?: number } = {},
) {
  const palette = bits === 8 ? Buffer.from(patches.flatMap(([r, g, b]) => [b, g, r, 0])) : Buffer.alloc(0);
  const row = Buffer.from(
    Array.from({ length: width }, (_, x) => {
      const patch = Math.floor(x / side);
      const [r, g, b] = patches[patch] ?? [0, 0, 0];
      return bits === 8 ? [patch] : bits === 24 ? [b, g, r] : [b, g, r, profile ? 191 + 8 * patch : 0];
    }).flat(),
  );
  const header = Buffer.alloc(profile ? 138 : 54);
  const pixels = header.length + palette.length;
  header.write('BM');
  header.writeUInt32LE(pixels + row.length * side + (profile?.length ?? 0), 2);
  header.writeUInt32LE(pixels, 10);
  header.writeUInt32LE(header.length - 14, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(side, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(bits, 28);
  header.writeUInt32LE(bits === 8 ? colours : 0, 46);
  if (profile) {
    header.writeUInt32LE(bits === 32 ? 0xff000000 : 0, 66);
    header.write('DEBM', 70, 'latin1');
    header.writeUInt32LE(pixels - 14 + row.length * side, 126);
    header.writeUInt32LE(profile.length, 130);
  }
  return Buffer.concat([header, palette, ...Array.from({ length: side }, () => row), profile ?? Buffer.alloc(0)]);
}

/** TIFF 6.0, little end first, one strip, nothing compressed. @param photometric 0 and 1 grey, 2 RGB, 5 ink, 8 Lab */
export function tiff(
  photometric: 0 | 1 | 2 | 5 | 8,
  bits: 8 | 16,
  { profile, orientation = 1 }: { profile?: Buffer; orientation?: number } = {},
): Buffer {
  const samples = photometric === 5 ? 4 : photometric === 2 || photometric === 8 ? 3 : 1;
  const data = Buffer.alloc((width * side * samples * bits) / 8);
  for (let i = 0; i < width * side; i++) {
    const [r, g, b] = patches[Math.floor((i % width) / side)] ?? [0, 0, 0];
    const values =
      samples === 4 ? [255 - r, 255 - g, 255 - b, 0] : samples === 3 ? [r, g, b] : [photometric === 0 ? 255 - g : g];
    values.forEach((value, c) => {
      if (bits === 8) data[i * samples + c] = value;
      else data.writeUInt16LE(value * 257, 2 * (i * samples + c));
    });
  }
  const parts: Buffer[] = [data];
  let end = 8 + data.length;
  const entry = (tag: number, type: 3 | 4 | 7, values: readonly number[] | Buffer): Buffer => {
    const bytes = Buffer.isBuffer(values)
      ? values
      : Buffer.concat(values.map((value) => Buffer.from(new (type === 3 ? Uint16Array : Uint32Array)([value]).buffer)));
    const field = Buffer.alloc(12);
    field.writeUInt16LE(tag, 0);
    field.writeUInt16LE(type, 2);
    field.writeUInt32LE(values.length, 4);
    if (bytes.length <= 4) bytes.copy(field, 8);
    else {
      field.writeUInt32LE(end, 8);
      const padded = Buffer.concat([bytes, Buffer.alloc(bytes.length & 1)]);
      parts.push(padded);
      end += padded.length;
    }
    return field;
  };
  const fields = [
    entry(256, 4, [width]),
    entry(257, 4, [side]),
    entry(
      258,
      3,
      Array.from({ length: samples }, () => bits),
    ),
    entry(259, 3, [1]),
    entry(262, 3, [photometric]),
    entry(273, 4, [8]),
    entry(274, 3, [orientation]),
    entry(277, 3, [samples]),
    entry(278, 4, [side]),
    entry(279, 4, [data.length]),
    entry(284, 3, [1]),
    ...(samples === 4 ? [entry(332, 3, [1])] : []),
    ...(profile ? [entry(34675, 7, profile)] : []),
  ];
  const count = Buffer.alloc(2);
  count.writeUInt16LE(fields.length);
  const start = Buffer.alloc(8);
  start.write('II*\0', 'latin1');
  start.writeUInt32LE(end, 4);
  return Buffer.concat([start, ...parts, count, ...fields, Buffer.alloc(4)]);
}
