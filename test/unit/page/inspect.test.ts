/** Which files are let in, and with which code and numbers the others are refused. */
import { describe, expect, it } from 'vitest';
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { checkPictureBytes } from '../../../shared/pictureSize';
import { endedJpeg } from '../../../web/engine/images/files/jpegEnd';
import { fitWithin } from '../../../web/page/intake/fit';
import { inspect } from '../../../web/page/intake/inspect';
import { cicp, png as colourPng } from '../../support/colourPictures';
import { bytes, heif, jpeg, png } from '../studio/files';

function refusal(act: () => unknown): ReverieError {
  try {
    act();
  } catch (error) {
    if (error instanceof ReverieError) return error;
  }
  throw new Error('was not refused');
}

describe('inspect', () => {
  it('lets an ordinary photo in at its own size', () => {
    expect(inspect(jpeg(1600, 1200))).toEqual({
      format: 'jpeg',
      opaque: true,
      size: { width: 1600, height: 1200 },
      animated: false,
      endless: false,
      orientation: 1,
      decodeSize: { width: 1600, height: 1200 },
    });
  });

  it('decodes a huge photo no larger than a run can use', () => {
    expect(inspect(jpeg(12_000, 8_000)).decodeSize).toEqual({ width: limits.run.maxSize, height: 1365 });
  });

  it.each([
    ['an empty file', bytes(), 'image-not-an-image', { bytes: 0 }],
    ['a text', bytes('hello'), 'image-not-an-image', undefined],
    ['an SVG', bytes('<svg></svg>'), 'image-unsupported', { format: 'svg' }],
    ['a BigTIFF', bytes('II+\0\x08\0\0\0'), 'image-unsupported', { format: 'bigtiff' }],
    [
      'a PNG in HDR',
      new Uint8Array(colourPng('rgb', 8, [cicp(9, 16)])),
      'image-unsupported',
      { format: 'HDR (PQ, HLG)' },
    ],
    ['a 1×1 image', png(1, 1), 'image-too-small', { width: 1, height: 1, needed: 16 }],
    ['a sliver', png(4000, 15), 'image-too-small', { width: 4000, height: 15, needed: 16 }],
    ['a 12,000-pixel panorama', jpeg(12_000, 500), 'image-too-long', { width: 12_000, height: 500 }],
    ['too many pixels', jpeg(12_000, 12_000), 'image-too-large', { width: 12_000, height: 12_000 }],
    ['too long a side', png(17_000, 2000), 'image-too-large', { width: 17_000, height: 2000 }],
    ['half a PNG', png(640, 480).subarray(0, 40), 'image-truncated', undefined],
    ['a JPEG cut in its header', jpeg(640, 480).subarray(0, 8), 'image-truncated', undefined],
  ])('refuses %s', (_, file, code, data) => {
    const error = refusal(() => inspect(file));
    expect(error.code).toBe(code);
    expect(error.data).toEqual(data);
  });

  it('leaves a JPEG without its end to a strict decoder, which refuses half of one', () => {
    expect(inspect(jpeg(640, 480, { end: false }))).toMatchObject({ format: 'jpeg', endless: true });
    expect(() => endedJpeg(jpeg(640, 480, { end: false }))).toThrow();
  });

  it('leaves a HEIC without a readable size to the decoder', () => {
    expect(inspect(heif('heic', 0, 0).subarray(0, 20))).toMatchObject({ format: 'heic', size: null });
  });

  it('refuses a file by its length before reading it', () => {
    const error = refusal(() => checkPictureBytes(limits.image.maxBytes + 1));
    expect(error.code).toBe('image-too-large');
    expect(error.data).toEqual({ bytes: limits.image.maxBytes + 1 });
  });
});

describe('fitWithin', () => {
  it('keeps the shape, never enlarges and never loses a side', () => {
    expect(fitWithin(4000, 3000, 1000)).toEqual({ width: 1000, height: 750 });
    expect(fitWithin(300, 4000, 1000)).toEqual({ width: 75, height: 1000 });
    expect(fitWithin(40, 30, 1000)).toEqual({ width: 40, height: 30 });
    expect(fitWithin(4000, 1, 100)).toEqual({ width: 100, height: 1 });
  });
});
