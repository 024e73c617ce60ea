/** What is taken out of encoded pictures, and whether they have every pixel: files as encoders write them. */
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import type { ShareType } from '../../../shared/share';
import { isLossless, stripMetadata } from '../../../web/page/intake/strip';

const noise = Uint8Array.from({ length: 32 * 24 * 4 }, (_, i) => (i * 2654435761) >>> 24);
const image = () => sharp(noise, { raw: { width: 32, height: 24, channels: 4 } }).withExif({ IFD0: { Artist: 'who' } });
const bytesOf = async (encoded: Sharp) => new Uint8Array(await encoded.toBuffer());
const pixelsOf = (bytes: Uint8Array) => sharp(bytes).ensureAlpha().raw().toBuffer();

const encoders = {
  'image/png': () => image().png(),
  'image/webp': () => image().webp({ quality: 80 }),
  'image/jpeg': () => image().removeAlpha().jpeg(),
} satisfies Record<ShareType, () => Sharp>;

describe('metadata', () => {
  it.each(Object.keys(encoders) as ShareType[])('should go, and no pixel of %s with it', async (type) => {
    const before = await bytesOf(encoders[type]());
    expect(Buffer.from(before).includes('who')).toBe(true);
    const after = stripMetadata(before, type);
    expect(Buffer.from(after).includes('who')).toBe(false);
    expect((await pixelsOf(after)).equals(await pixelsOf(before))).toBe(true);
  });
});

describe('an encoded picture', () => {
  it('should be known to have every pixel as PNG and as lossless WebP, transparent or not, and not otherwise', async () => {
    const lossless = () => image().webp({ lossless: true });
    const kinds: readonly (readonly [ShareType, Sharp, boolean])[] = [
      ['image/png', encoders['image/png'](), true],
      ['image/webp', lossless(), true],
      ['image/webp', lossless().removeAlpha(), true],
      ['image/webp', encoders['image/webp'](), false],
      ['image/jpeg', encoders['image/jpeg'](), false],
    ];
    for (const [type, encoded, exact] of kinds) {
      const bytes = stripMetadata(await bytesOf(encoded), type);
      expect(isLossless(bytes, type)).toBe(exact);
    }
  });
});
