/** What a PNG (3rd edition) says beside its pixels: colours, which way up, and which picture is the first of a moving one. */
import { u8, u32be } from './bytes';
import { areKnown, type ColourSpace, spaceOfCodePoints, spaceOfGamma, type Unfit } from './colourSpace';
import { exifOrientation, type Orientation } from './exif';

export interface PngChunk {
  readonly type: string;
  /** Of the data. */
  readonly from: number;
  readonly to: number;
}

export function pngChunks(bytes: Uint8Array): PngChunk[] {
  const chunks: PngChunk[] = [];
  for (let at = 8; at + 8 <= bytes.length; at += 12 + u32be(bytes, at)) {
    const from = at + 8;
    chunks.push({ type: String.fromCharCode(...bytes.subarray(at + 4, from)), from, to: from + u32be(bytes, at) });
  }
  return chunks;
}

/** By type, what is said of the picture: before its pixels, and of several the first, as libpng and browsers have it. */
function pngHead(bytes: Uint8Array): Map<string, PngChunk> {
  const chunks = pngChunks(bytes);
  const pixels = chunks.findIndex(({ type }) => type === 'IDAT');
  const before = pixels < 0 ? chunks : chunks.slice(0, pixels);
  return new Map(before.reverse().map((chunk) => [chunk.type, chunk]));
}

/** Of several, cICP counts before a profile, a profile before sRGB, sRGB before gAMA. @returns `profile`: the iCCP's, compressed */
export function pngSpace(bytes: Uint8Array): ColourSpace | Unfit | 'profile' | null {
  const chunks = pngHead(bytes);
  const points = chunks.get('cICP');
  const [primary = 0, transfer = 0, matrix, fullRange, more] = points ? bytes.subarray(points.from, points.to) : [];
  if (matrix === 0 && fullRange === 1 && more === undefined && areKnown(primary, transfer))
    return spaceOfCodePoints(primary, transfer);
  if (chunks.has('iCCP')) return 'profile';
  const gamma = chunks.get('gAMA');
  const intent = chunks.get('sRGB');
  if ((intent && u8(bytes, intent.from) <= 3) || !gamma) return null;
  const colours = chunks.get('cHRM');
  const units = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => u32be(bytes, from + 4 * i) / 100_000);
  const [value = 0] = units(gamma.from, 1);
  return value > 0 ? spaceOfGamma(value, colours ? units(colours.from, 8) : null) : null;
}

/** Neither its kind of pixels has transparency, nor one of its colours, nor a frame's surroundings. */
export function isOpaquePng(bytes: Uint8Array): boolean {
  const chunks = pngHead(bytes);
  return (u8(bytes, 25) & 4) === 0 && !chunks.has('tRNS') && !chunks.has('acTL');
}

export function pngOrientation(bytes: Uint8Array): Orientation {
  const exif = pngHead(bytes).get('eXIf');
  return exif ? exifOrientation(bytes, exif.from, Math.min(exif.to, bytes.length)) : 1;
}

export interface FirstFrame {
  /** What is left out: frames after the first, or the still picture for programs that show no animation. */
  readonly animated: boolean;
  /** The first frame, where it is not the still picture: its place on the canvas and its coded data. */
  readonly apart: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly data: readonly Uint8Array[];
  } | null;
}

export function pngFirstFrame(bytes: Uint8Array): FirstFrame {
  const chunks = pngChunks(bytes);
  const control = pngHead(bytes).get('acTL');
  const frame = chunks.findIndex(({ type }) => type === 'fcTL');
  const still = chunks.findIndex(({ type }) => type === 'IDAT');
  if (!control || frame < 0) return { animated: control !== undefined, apart: null };
  const frames = u32be(bytes, control.from);
  const { from = 0 } = chunks[frame] ?? {};
  if (still < 0 || frame < still) return { animated: frames > 1, apart: null };
  const after = chunks.slice(frame + 1);
  const end = after.findIndex(({ type }) => type !== 'fdAT');
  const [width = 0, height = 0, x = 0, y = 0] = [4, 8, 12, 16].map((at) => u32be(bytes, from + at));
  const data = after.slice(0, end < 0 ? after.length : end).map((each) => bytes.subarray(each.from + 4, each.to));
  return { animated: true, apart: { x, y, width, height, data } };
}
