/** Colours that are no screen's: refused on the command line, in words that say what they are. */
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../../tools/images';
import { spaceOfProfile } from '../../../web/engine/images/files/colourSpace';
import { decodeHeic, type Libheif } from '../../../web/engine/images/files/heic';
import { decodeTiff } from '../../../web/engine/images/files/tiff';
import { avif, cicp, cmykJpeg, iccp, png, profiles, tableProfiles, tiff } from '../../support/colourPictures';
import { heif, ispe, nclx } from './pictures';

const hdr = /^it has HDR colours \(PQ or HLG\), brighter than a screen’s white, which are not read here\. Save it as/;

/** Numbers of 16 bits, taken for half as many of 32 with fractions: by width, depth and, in place of what is the default, SampleFormat. */
function fractions(): Buffer {
  const file = tiff(1, 16);
  const field = (tag: number, type: number) =>
    file.lastIndexOf(Buffer.from([tag & 255, tag >> 8, type, 0, 1, 0, 0, 0]));
  file.writeUInt32LE(file.readUInt32LE(field(256, 4) + 8) / 2, field(256, 4) + 8);
  file.writeUInt16LE(32, field(258, 3) + 8);
  const planar = field(284, 3);
  file.writeUInt16LE(3, planar + 8);
  file.writeUInt16LE(339, planar);
  return file;
}

describe('refused in words', () => {
  it.each<[string, () => Buffer | Promise<Buffer>, RegExp]>([
    ['PNG, PQ', () => png('rgb', 8, [cicp(9, 16)]), hdr],
    ['PNG, HLG, 16 bits', () => png('rgb', 16, [cicp(9, 18)]), hdr],
    ['PNG, HLG before a profile', () => png('rgb', 8, [cicp(1, 18), iccp(profiles.sRGB as Buffer)]), hdr],
    ['AVIF, PQ', () => avif(9, 16), hdr],
    ['AVIF, HLG', () => avif(12, 18), hdr],
    ['JPEG, CMYK with a profile', () => cmykJpeg(true), /^it has CMYK colours by a profile \(for print\), which are/],
    ['BigTIFF', () => Buffer.from('II+\0\x08\0\0\0'), /^it is a BigTIFF file, which is not read here\. Save it as/],
    ['BigTIFF, big end first', () => Buffer.from('MM\0+\0\x08\0\0'), /^it is a BigTIFF file/],
    [
      'TIFF, Lab',
      () => tiff(8, 8),
      /^it has Lab colours, which are not read here\. Save it as an sRGB JPEG or PNG first\.$/,
    ],
    ['TIFF, Lab of 16 bits', () => tiff(8, 16), /^it has Lab colours/],
    ['TIFF, fractions', fractions, /^it has colours as numbers with fractions, which are not read here/],
  ])('should be %s', async (_, make, message) => {
    await expect(decodeImage(await make(), 'it')).rejects.toMatchObject({
      code: 'image-unsupported',
      message: expect.stringMatching(message),
    });
  });

  it('should be a TIFF that is packed in a way that the studio does not know', async () => {
    const file = new Uint8Array(tiff(1, 8));
    const compression = Buffer.from(file).indexOf(Buffer.from([3, 1, 3, 0, 1, 0, 0, 0]));
    new DataView(file.buffer).setUint16(compression + 8, 34_925, true);
    for (const read of [decodeTiff(file), decodeImage(file)]) {
      await expect(read).rejects.toMatchObject({
        code: 'image-unsupported',
        message: 'TIFF pictures packed in this way cannot be read.',
      });
    }
  });

  it('should be fractions in the decoder that the studio has, too', async () => {
    await expect(decodeTiff(new Uint8Array(fractions()))).rejects.toMatchObject({
      code: 'image-unsupported',
      message: 'TIFF pictures of numbers with fractions or beyond 16 bits cannot be read.',
    });
  });

  it.each([16, 18])('should be a HEIC by its code points, before it is decoded: %i', async (transfer) => {
    const file = heif(['heic'], [{ id: 1, properties: [ispe(64, 64), nclx(9, transfer)] }], 1);
    await expect(decodeHeic({} as Libheif, file)).rejects.toMatchObject({
      code: 'image-unsupported',
      message: expect.stringContaining('HEIC picture cannot be read: its colours are of a kind (hdr)'),
    });
  });
});

it.each(Object.entries(tableProfiles))(
  'should be taken for no profile where it is cut short, or too large: %s',
  (_, whole) => {
    expect(spaceOfProfile(whole, 3)).toHaveProperty('tables');
    expect(spaceOfProfile(whole.subarray(0, -40), 3)).toBeNull();
    const large = Buffer.from(whole);
    const at = large.readUInt32BE(large.indexOf('A2B0') + 4);
    const points = large.toString('latin1', at, at + 4) === 'mAB ' ? at + large.readUInt32BE(at + 24) : at + 10;
    large.fill(255, points, points + 1);
    expect(spaceOfProfile(large, 3)).toBeNull();
  },
);
