/** Bad and odd pictures, made on the spot: nothing binary is kept in the repository. */
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Color, type Sharp } from 'sharp';

/** A smooth picture with some structure, RGB. */
export function rgb(width: number, height: number): Sharp {
  const data = Buffer.alloc(width * height * 3);
  for (let i = 0, y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data[i++] = Math.round((255 * x) / width);
      data[i++] = Math.round((255 * y) / height);
      data[i++] = ((x >> 3) + (y >> 3)) % 2 ? 200 : 40;
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

export const flat = (width: number, height: number, background: Color) =>
  sharp({ create: { width, height, channels: 4, background } });

export function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(8 + body.length);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body) >>> 0, 4 + body.length);
  return out;
}

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function pngHeader(side: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return chunk('IHDR', header);
}

function control(sequence: number, { x, y, width, height }: Place): Buffer {
  const fcTL = Buffer.alloc(26);
  [sequence, width, height, x, y].forEach((value, i) => {
    fcTL.writeUInt32BE(value, 4 * i);
  });
  fcTL.writeUInt16BE(1, 20);
  fcTL.writeUInt16BE(10, 22);
  return chunk('fcTL', fcTL);
}

function frame({ width, height }: Pick<Place, 'width' | 'height'>, colour: readonly number[]): Buffer {
  const row = Buffer.from([0, ...Array.from({ length: width }, () => colour).flat()]);
  return deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
}

const frameData = (sequence: number, data: Buffer) =>
  chunk('fdAT', Buffer.concat([Buffer.from([0, 0, 0, sequence]), data]));

/** A two-frame APNG, first frame red and second blue, written by hand because no encoder here makes one. */
export function apng(side: number): Buffer {
  const whole = { x: 0, y: 0, width: side, height: side };
  return Buffer.concat([
    signature,
    pngHeader(side),
    chunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0])),
    control(0, whole),
    chunk('IDAT', frame(whole, [255, 0, 0])),
    control(1, whole),
    frameData(2, frame(whole, [0, 0, 255])),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** An APNG of one red frame, in two pieces, whose still picture is black and none of the frames. */
export function apngBesideStill(side: number, place: Place): Buffer {
  const data = frame(place, [255, 0, 0]);
  return Buffer.concat([
    signature,
    pngHeader(side),
    chunk('acTL', Buffer.from([0, 0, 0, 1, 0, 0, 0, 0])),
    chunk('IDAT', frame({ width: side, height: side }, [0, 0, 0])),
    control(0, place),
    frameData(1, data.subarray(0, 9)),
    frameData(2, data.subarray(9)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A GIF whose first frame fills a part of its screen. @param frames one or two, red and blue */
export async function gifOnScreen(screen: number, { x, y, width, height }: Place, frames = 1): Promise<Buffer> {
  const one = flat(width, height, '#ff0000').gif().toBuffer();
  const file = Buffer.from(frames === 1 ? await one : await animation('gif', width));
  const size = Buffer.from([width, 0, height, 0]);
  const at = file.indexOf(Buffer.concat([Buffer.from([0x2c, 0, 0, 0, 0]), size]));
  if (at < 0 || file.indexOf(size) !== 6) throw new Error('this GIF is built in another way');
  file.writeUInt16LE(screen, 6);
  file.writeUInt16LE(screen, 8);
  file.writeUInt16LE(x, at + 1);
  file.writeUInt16LE(y, at + 3);
  return file;
}

const word = (...values: readonly number[]) =>
  Buffer.concat(values.map((value) => Buffer.from([value >>> 24, value >>> 16, value >>> 8, value])));

/** A box of a HEIF file. */
export function box(name: string, ...content: readonly Buffer[]): Buffer {
  const length = content.reduce((sum, { length }) => sum + length, 8);
  return Buffer.concat([word(length), Buffer.from(name, 'latin1'), ...content]);
}
export const ispe = (width: number, height: number) => box('ispe', word(0, width, height));
export const irot = (quarters: number) => box('irot', Buffer.from([quarters]));
export const imir = (axis: number) => box('imir', Buffer.from([axis]));
export const nclx = (primaries: number, transfer: number) =>
  box('colr', Buffer.from('nclx'), Buffer.from([0, primaries, 0, transfer, 0, 6, 0x80]));

export interface HeifItem {
  readonly id: number;
  readonly properties: readonly Buffer[];
}

/**
 * The boxes of a HEIF file without its pixels.
 * @param primary null: not said @param wide numbers as files of more than 65535 pictures or 127 properties have them
 */
export function heif(brands: readonly string[], items: readonly HeifItem[], primary: number | null, wide = false) {
  const id = (value: number) => (wide ? word(value) : Buffer.from([value >> 8, value]));
  const properties = items.flatMap((item) => item.properties);
  let place = 0;
  const associations = items.map((item) => {
    const places = item.properties.map(() => ++place);
    const essential = places.map((each) => (wide ? Buffer.from([0x80, each]) : Buffer.from([0x80 | each])));
    return Buffer.concat([id(item.id), Buffer.from([places.length]), ...essential]);
  });
  const version = wide ? 0x01000000 : 0;
  return Buffer.concat([
    box('ftyp', Buffer.from(`${brands[0]}\0\0\0\0${brands.slice(1).join('')}`, 'latin1')),
    box(
      'meta',
      word(0),
      ...(primary === null ? [] : [box('pitm', word(version), id(primary))]),
      box('iprp', box('ipco', ...properties), box('ipma', word(version | Number(wide), items.length), ...associations)),
    ),
    box('mdat', Buffer.alloc(8)),
  ]);
}

/** Two frames, red then blue, as an animated GIF or WebP. */
export async function animation(format: 'gif' | 'webp', side: number): Promise<Buffer> {
  const frames = await Promise.all(
    ['#ff0000', '#0000ff'].map((background) => flat(side, side, background).png().toBuffer()),
  );
  return sharp(frames, { join: { animated: true } })
    [format]({ delay: [100, 100], ...(format === 'webp' ? { lossless: true } : {}) })
    .toBuffer();
}
