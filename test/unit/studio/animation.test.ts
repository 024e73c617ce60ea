/** The animated WebP of a film, read by another implementation (libwebp, through sharp). */
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { animatedWebp } from '../../../web/studio/output/animation';

const still = async (colour: string, alpha: number, lossless: boolean) => {
  const background = { ...Object.fromEntries(['r', 'g', 'b'].map((c) => [c, c === colour ? 250 : 5])), alpha };
  const picture = sharp({ create: { width: 33, height: 20, channels: 4, background } });
  return new Uint8Array(await picture.webp({ lossless, quality: 90 }).toBuffer());
};

describe('an animated WebP', () => {
  it.each([true, false])('holds its frames, their times and their transparency, lossless %s', async (lossless) => {
    const frames = [await still('r', 1, lossless), await still('g', 0.5, lossless), await still('b', 1, lossless)];
    const bytes = Buffer.from(animatedWebp(frames, { width: 33, height: 20, fps: 12 }));
    const metadata = await sharp(bytes, { animated: true }).metadata();
    expect(metadata).toMatchObject({
      format: 'webp',
      pages: 3,
      width: 33,
      pageHeight: 20,
      loop: 0,
      delay: [83, 83, 83],
    });
    const { data } = await sharp(bytes, { animated: true }).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    const pixel = (page: number) => [
      ...data.subarray(4 * 33 * (20 * page + 9) + 4 * 16, 4 * 33 * (20 * page + 9) + 4 * 17),
    ];
    const [red, green, blue] = [pixel(0), pixel(1), pixel(2)];
    expect([red[0], green[1], blue[2]].every((value) => (value ?? 0) > 235)).toBe(true);
    // What was there before does not shine through.
    expect([red[3], green[3], blue[3]]).toEqual([255, 128, 255]);
  });
});
