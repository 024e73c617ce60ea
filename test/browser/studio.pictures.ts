/** Pictures that people bring, good and bad, made on the spot. */
import sharp, { type Sharp } from 'sharp';

export interface Upload {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** A colourful plane with some structure, so that encoders have something to do. */
export function plane(width: number, height: number, channels: 3 | 4 = 3): Sharp {
  const data = Buffer.alloc(width * height * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * channels;
      data[at] = (x * 255) / width;
      data[at + 1] = (y * 255) / height;
      data[at + 2] = (x ^ y) & 255;
      if (channels === 4) data[at + 3] = x < width / 2 ? 0 : 255;
    }
  }
  return sharp(data, { raw: { width, height, channels } });
}

const upload = (name: string, mimeType: string, buffer: Buffer): Upload => ({ name, mimeType, buffer });

export const jpeg = async (width: number, height: number) =>
  upload('photo.jpg', 'image/jpeg', await plane(width, height).jpeg().toBuffer());

export const png = async (width: number, height: number) =>
  upload('photo.png', 'image/png', await plane(width, height).png().toBuffer());

export const turnedJpeg = async () =>
  upload('turned.jpg', 'image/jpeg', await plane(320, 200).jpeg().withMetadata({ orientation: 6 }).toBuffer());

export const cmykJpeg = async () =>
  upload('cmyk.jpg', 'image/jpeg', await plane(320, 200).toColourspace('cmyk').jpeg().toBuffer());

export const transparentPng = async () => upload('cut-out.png', 'image/png', await plane(320, 200, 4).png().toBuffer());

/** Two frames stacked, as sharp wants them. */
export const animatedWebp = async () => {
  const frames = await plane(64, 128).raw().toBuffer();
  const image = sharp(frames, { raw: { width: 64, height: 128, channels: 3, pageHeight: 64 } });
  return upload('moving.webp', 'image/webp', await image.webp({ loop: 0, delay: [100, 100] }).toBuffer());
};

export const halfJpeg = async () => {
  const { buffer } = await jpeg(640, 480);
  return upload('half.jpg', 'image/jpeg', buffer.subarray(0, buffer.length / 2));
};

/** A PNG whose frame is whole but whose pixels are not: only the decoder can tell. */
export const brokenPng = async () => {
  const { buffer } = await png(320, 200);
  const broken = Buffer.from(buffer);
  broken.fill(0x55, 60, 400);
  return upload('broken.png', 'image/png', broken);
};

export const text = upload('notes.jpg', 'image/jpeg', Buffer.from('This is a text that was named .jpg.'));
export const svg = upload('drawing.svg', 'image/svg+xml', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'));
