/** TIFF by the geotiff package: the first picture, upright, in sRGB. */
import { fromArrayBuffer, type GeoTIFFImage } from 'geotiff';
import { ReverieError } from '../../../../shared/errors';
import { checkPictureSize } from '../../../../shared/pictureSize';
import type { Pixels } from '../../types';
import { fromInk, spaceOfProfile, toSrgb } from './colourSpace';
import { upright } from './exif';

/** TIFF 6.0, PhotometricInterpretation. */
const [whiteIsZero, blackIsZero, rgb, palette, ink, video] = [0, 1, 2, 3, 5, 6];
const associated = 1;

type Samples = Uint8Array | Uint16Array;

/** @throws ReverieError `image-unsupported` for what is not whole numbers of up to 16 bits in colours that are read; `image-truncated` */
export async function decodeTiff(bytes: Uint8Array<ArrayBuffer>): Promise<Pixels> {
  try {
    const file = await fromArrayBuffer(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    return await readImage(await file.getImage(0));
  } catch (cause) {
    if (cause instanceof ReverieError) throw cause;
    if (/compression/i.test(String(cause))) throw unsupported('packed in this way');
    throw new ReverieError('image-truncated', 'The TIFF is damaged or incomplete.', { cause });
  }
}

const unsupported = (what: string) =>
  new ReverieError('image-unsupported', `TIFF pictures ${what} cannot be read.`, { data: { format: 'tiff' } });

async function readImage(image: GeoTIFFImage): Promise<Pixels> {
  const directory = image.getFileDirectory();
  const size = { width: image.getWidth(), height: image.getHeight() };
  checkPictureSize(size);
  const kind: number = (await directory.loadValue('PhotometricInterpretation')) ?? blackIsZero;
  const bits = image.getBitsPerSample();
  if (![whiteIsZero, blackIsZero, rgb, palette, ink, video].includes(kind))
    throw unsupported('in these colours (Lab?)');
  if (image.getSampleFormat() !== 1 || bits > 16) throw unsupported('of numbers with fractions or beyond 16 bits');
  const samples = (await image.readRasters({ interleave: true })) as unknown as Samples;
  const count = image.getSamplesPerPixel();
  const most = 2 ** bits - 1;
  const max = bits > 8 ? 65535 : 255;
  const at = (i: number, channel: number) => ((samples[i * count + channel] ?? 0) * max) / most;

  const pixels = size.width * size.height;
  if (samples.length < pixels * count) throw new RangeError('samples are missing');
  const colours = kind === ink ? 4 : kind === rgb || kind === video ? 3 : 1;
  const data = max === 255 ? new Uint8Array(4 * pixels) : new Uint16Array(4 * pixels);
  const profile = await directory.loadValue(34675);
  const space = profile ? spaceOfProfile(Uint8Array.from(profile), colours) : null;
  if (typeof space === 'string') throw unsupported('in CMYK with a profile');
  if (kind === ink) {
    for (let i = 0; i < pixels; i++) for (let c = 0; c < 4; c++) data[4 * i + c] = (at(i, c) * 255) / max;
    return upright({ ...size, data: fromInk(Uint8Array.from(data)) }, (await directory.loadValue('Orientation')) ?? 1);
  }
  const map: ArrayLike<number> | undefined = kind === palette ? await directory.loadValue('ColorMap') : undefined;
  const extra: ArrayLike<number> = (await directory.loadValue('ExtraSamples')) ?? [];
  const hasAlpha = count > colours && (extra[0] === associated || extra[0] === 2);
  for (let i = 0; i < pixels; i++) {
    const alpha = hasAlpha ? at(i, colours) : max;
    const undo = hasAlpha && extra[0] === associated && alpha > 0 ? max / alpha : 1;
    for (let c = 0; c < 3; c++) {
      const value = map
        ? ((map[c * (most + 1) + (samples[i * count] ?? 0)] ?? 0) * max) / 65535
        : at(i, colours === 1 ? 0 : c) * undo;
      data[4 * i + c] = Math.min(max, Math.round(kind === whiteIsZero ? max - value : value));
    }
    data[4 * i + 3] = alpha;
  }
  if (kind === video) fromVideo(data);
  return upright({ ...size, data: toSrgb(space, data, max) }, (await directory.loadValue('Orientation')) ?? 1);
}

/** Y, Cb, Cr by ITU-R BT.601, full range, in place. */
function fromVideo(data: Samples): void {
  for (let i = 0; i < data.length; i += 4) {
    const [y = 0, b = 0, r = 0] = [data[i], (data[i + 1] ?? 0) - 128, (data[i + 2] ?? 0) - 128];
    const clamped = (value: number) => Math.round(Math.min(255, Math.max(0, value)));
    data[i] = clamped(y + 1.402 * r);
    data[i + 1] = clamped(y - 0.344136 * b - 0.714136 * r);
    data[i + 2] = clamped(y + 1.772 * b);
  }
}
