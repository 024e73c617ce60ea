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

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(8 + body.length);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body) >>> 0, 4 + body.length);
  return out;
}

/** A two-frame APNG, first frame red and second blue, written by hand because no encoder here makes one. */
export function apng(side: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const control = (sequence: number) => {
    const fcTL = Buffer.alloc(26);
    fcTL.writeUInt32BE(sequence, 0);
    fcTL.writeUInt32BE(side, 4);
    fcTL.writeUInt32BE(side, 8);
    fcTL.writeUInt16BE(1, 20);
    fcTL.writeUInt16BE(10, 22);
    return chunk('fcTL', fcTL);
  };
  const frame = (colour: readonly number[]) => {
    const row = Buffer.from([0, ...Array.from({ length: side }, () => colour).flat()]);
    return deflateSync(Buffer.concat(Array.from({ length: side }, () => row)));
  };
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0])),
    control(0),
    chunk('IDAT', frame([255, 0, 0])),
    control(1),
    chunk('fdAT', Buffer.concat([Buffer.from([0, 0, 0, 2]), frame([0, 0, 255])])),
    chunk('IEND', Buffer.alloc(0)),
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
