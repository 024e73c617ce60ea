import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readImage } from '../../../tools/images';

const path = fileURLToPath(new URL('../../../web/public/sample.jpg', import.meta.url));

describe('the sample picture', () => {
  it('should be light, plain and of the size the studio says', async () => {
    expect((await stat(path)).size).toBeLessThanOrEqual(160 * 1024);
    const { width, height, notes } = await readImage(path);
    expect([width, height, notes]).toEqual([1024, 768, []]);
    const { exif, icc, xmp } = await sharp(path).metadata();
    expect([exif, icc, xmp]).toEqual([undefined, undefined, undefined]);
  });

  it('should have the contrast and colours of a photograph', async () => {
    const { channels, entropy } = await sharp(path).stats();
    expect(entropy).toBeGreaterThan(7);
    for (const { mean, stdev } of channels.slice(0, 3)) {
      expect(mean).toBeGreaterThan(60);
      expect(mean).toBeLessThan(190);
      expect(stdev).toBeGreaterThan(35);
    }
  });
});
