/**
 * What the numbers in a picture file mean as colours, and the same colours in sRGB, 8 bits a channel, as browsers show them.
 * Spaces are curves and primaries, which is what cameras and screens have, or tables (colourTables.ts).
 */

import { along, readTables, type Tables } from './colourTables';

/** A number in 0..1 as the file has it → linear light. */
type Curve = (encoded: number) => number;
/** Row by row. */
type Matrix = readonly number[];

export type ColourSpace = ScreenSpace | TableSpace;

interface ScreenSpace {
  /** Red, green, blue. */
  readonly curves: readonly [Curve, Curve, Curve];
  /** Linear light in this space → in sRGB's primaries. */
  readonly toLinearSrgb: Matrix;
}

/** Of printers and scanners. */
interface TableSpace {
  readonly tables: Tables;
}

/** What every browser shows in a way of its own: `hdr`, brighter than a screen's white; `ink`, CMYK by a profile. */
export type Unfit = 'hdr' | 'ink';

const times = (a: Matrix, b: Matrix): Matrix =>
  Array.from({ length: 9 }, (_, i) => {
    const row = 3 * Math.floor(i / 3);
    return [0, 1, 2].reduce((sum, k) => sum + (a[row + k] ?? 0) * (b[3 * k + (i % 3)] ?? 0), 0);
  });

const apply = (m: Matrix, v: readonly number[]): number[] =>
  [0, 3, 6].map((row) => [0, 1, 2].reduce((sum, k) => sum + (m[row + k] ?? 0) * (v[k] ?? 0), 0));

function inverse(m: Matrix): Matrix {
  const at = (i: number) => m[i] ?? 0;
  const cofactor = (r: number, c: number) => {
    const [r1, r2, c1, c2] = [(r + 1) % 3, (r + 2) % 3, (c + 1) % 3, (c + 2) % 3];
    return at(3 * r1 + c1) * at(3 * r2 + c2) - at(3 * r1 + c2) * at(3 * r2 + c1);
  };
  const determinant = at(0) * cofactor(0, 0) + at(1) * cofactor(0, 1) + at(2) * cofactor(0, 2);
  return Array.from({ length: 9 }, (_, i) => cofactor(i % 3, Math.floor(i / 3)) / determinant);
}

const identity: Matrix = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const diagonal = ([a = 0, b = 0, c = 0]: readonly number[]): Matrix => [a, 0, 0, 0, b, 0, 0, 0, c];
/** Bradford's cones. */
const cones: Matrix = [0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296];
/** ICC's white. */
const d50 = [0.9642, 1, 0.8249];

/** White, red, green, blue as x, y. */
type Chromaticities = readonly number[];

/** Linear RGB → XYZ under D50. */
function toXyz(chromaticities: Chromaticities): Matrix {
  const [white = [], ...primaries] = [0, 2, 4, 6].map((i) => {
    const [x = 0, y = 1] = chromaticities.slice(i, i + 2);
    return [x / y, 1, (1 - x - y) / y];
  });
  const columns = [0, 1, 2].flatMap((row) => primaries.map((primary) => primary[row] ?? 0));
  const scaled = times(columns, diagonal(apply(inverse(columns), white)));
  const [from, to] = [apply(cones, white), apply(cones, d50)];
  const adapted = times(inverse(cones), times(diagonal(to.map((value, i) => value / (from[i] ?? 1))), cones));
  return times(adapted, scaled);
}

const d65 = [0.3127, 0.329];
/** By the numbers of ITU-T H.273. */
const primaries: Readonly<Record<number, Chromaticities>> = {
  1: [...d65, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06],
  4: [0.31, 0.316, 0.67, 0.33, 0.21, 0.71, 0.14, 0.08],
  5: [...d65, 0.64, 0.33, 0.29, 0.6, 0.15, 0.06],
  6: [...d65, 0.63, 0.34, 0.31, 0.595, 0.155, 0.07],
  7: [...d65, 0.63, 0.34, 0.31, 0.595, 0.155, 0.07],
  8: [0.31, 0.316, 0.681, 0.319, 0.243, 0.692, 0.145, 0.049],
  9: [...d65, 0.708, 0.292, 0.17, 0.797, 0.131, 0.046],
  // XYZ itself, whose axes have hardly a y.
  10: [1 / 3, 1 / 3, 1, 1e-9, 0, 1, 0, 1e-9],
  11: [0.314, 0.351, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06],
  12: [...d65, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06],
  22: [...d65, 0.63, 0.34, 0.295, 0.605, 0.155, 0.077],
};

const power =
  (gamma: number): Curve =>
  (v) =>
    v ** gamma;
/** (a v + b)^g + e above d, c v + f below. */
const parametric =
  (g: number, a: number, b: number, c: number, d: number, e = 0, f = 0): Curve =>
  (v) =>
    v >= d ? Math.max(0, a * v + b) ** g + e : c * v + f;
const srgbCurve = parametric(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045);

/** Of video, what screens do with it (ITU-R BT.1886), not the inverse of what cameras do. */
const videoCurve = power(2.4);

const transfers: Readonly<Record<number, Curve>> = {
  1: videoCurve,
  4: power(2.2),
  5: power(2.8),
  6: videoCurve,
  7: parametric(1 / 0.45, 0.899627, 0.100373, 0.25, 0.091286),
  8: (v) => v,
  11: videoCurve,
  13: srgbCurve,
  14: videoCurve,
  15: videoCurve,
  17: (v) => (52.37 / 48) * v ** 2.6,
};

const xyzToLinearSrgb = inverse(toXyz(primaries[1] ?? []));

const same = (curve: Curve) => [curve, curve, curve] as const;

const isHdr = (transfer: number): boolean => transfer === 16 || transfer === 18;

/** Whether code points say all that they can. */
export const areKnown = (primary: number, transfer: number): boolean =>
  primary in primaries && (transfer in transfers || isHdr(transfer));

/**
 * By the code points of ITU-T H.273, as AVIF, HEIC and PNG's cICP have them.
 * @returns null for sRGB and what counts as such because it says nothing
 */
export function spaceOfCodePoints(primary: number, transfer: number): ColourSpace | Unfit | null {
  if (isHdr(transfer)) return 'hdr';
  const chromaticities = primaries[primary];
  const curve = transfers[transfer];
  if (!chromaticities && !curve) return null;
  if (primary === 1 && transfer === 13) return null;
  return {
    curves: same(curve ?? srgbCurve),
    toLinearSrgb: times(xyzToLinearSrgb, toXyz(chromaticities ?? primaries[1] ?? [])),
  };
}

/**
 * By PNG's gAMA and cHRM.
 * @param gamma of the file, e.g. 0.45455 @param chromaticities white, red, green, blue; sRGB's when there are none
 */
export function spaceOfGamma(gamma: number, chromaticities: Chromaticities | null): ColourSpace | null {
  // What is that near counts as the same, in libpng and in browsers.
  if (!chromaticities && Math.abs(2.2 * gamma - 1) < 0.05) return null;
  const toLinearSrgb = chromaticities ? times(xyzToLinearSrgb, toXyz(chromaticities)) : identity;
  return toLinearSrgb.every(Number.isFinite) ? { curves: same(power(1 / gamma)), toLinearSrgb } : null;
}

/**
 * @param channels of the picture without its alpha: 4 are ink
 * @returns null for what no browser could read either, which then counts as sRGB
 */
export function spaceOfProfile(profile: Uint8Array, channels: number): ColourSpace | Unfit | null {
  const view = new DataView(profile.buffer, profile.byteOffset, profile.byteLength);
  try {
    return readProfile(view, channels);
  } catch {
    return null;
  }
}

const tagAt = (view: DataView, at: number) => String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
const fixed = (view: DataView, at: number) => view.getInt32(at) / 65536;

/** ICC.1:2022, 7.2 (header), 7.3 (tags), 10.6, 10.18 (curves). One that is not whole or of a later version browsers pass over. */
function readProfile(view: DataView, channels: number): ColourSpace | Unfit | null {
  const [size, count] = [view.getUint32(0), view.getUint32(128)];
  const isWhole = size <= view.byteLength && size >= 132 + 12 * count;
  const isUnderD50 = d50.every((value, i) => Math.abs(fixed(view, 68 + 4 * i) - value) <= 0.01);
  if (tagAt(view, 36) !== 'acsp' || view.getUint8(8) > 4 || !isWhole || !isUnderD50) return null;
  const tags = new Map<string, number>();
  for (let at = 132; at < 132 + 12 * count; at += 12) {
    const [place, length] = [view.getUint32(at + 4), view.getUint32(at + 8)];
    if (length < 4 || place + length > size) return null;
    tags.set(tagAt(view, at), place);
  }
  const space = tagAt(view, 16);
  const curve = (tag: string) => curveAt(view, tags.get(tag) ?? Number.NaN).curve;
  const isLab = tagAt(view, 20) === 'Lab ';
  if (space === 'GRAY') return channels > 2 || isLab ? null : { curves: same(curve('kTRC')), toLinearSrgb: identity };
  if (space === 'CMYK' && channels > 3) return 'ink';
  if (space !== 'RGB ' || channels > 3) return null;
  const table = tags.get('A2B0') ?? tags.get('A2B1');
  if (table !== undefined) return { tables: readTables(view, table, isLab, (at) => curveAt(view, at)) };
  const columns = ['rXYZ', 'gXYZ', 'bXYZ'].map((tag) => tags.get(tag) ?? Number.NaN);
  const rows = [0, 1, 2].flatMap((row) => columns.map((at) => fixed(view, at + 8 + 4 * row)));
  return {
    curves: [curve('rTRC'), curve('gTRC'), curve('bTRC')],
    toLinearSrgb: times(xyzToLinearSrgb, rows),
  };
}

/** Numbers that a parametric curve of each kind has. */
const parameterCounts = [1, 3, 4, 5, 7];

function curveAt(view: DataView, at: number): { readonly curve: Curve; readonly length: number } {
  if (tagAt(view, at) === 'para') {
    const kind = view.getUint16(at + 8);
    const count = parameterCounts[kind] ?? Number.NaN;
    const [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = Array.from({ length: count }, (_, i) =>
      fixed(view, at + 12 + 4 * i),
    );
    const length = 12 + 4 * count;
    // Of kinds 1 and 2, `c` is what lies below all, and the power begins where it is 0.
    const [slope, from] = kind === 1 || kind === 2 ? [0, -b / a] : [c, d];
    if (!([count, g, a, slope, from].every((value) => value >= 0) && a * from + b > -1e-6))
      throw new RangeError('no curve');
    if (kind === 0) return { curve: power(g), length };
    if (kind < 3) return { curve: parametric(g, a, b, 0, from, c, c), length };
    return { curve: parametric(g, a, b, c, d, e, f), length };
  }
  if (tagAt(view, at) !== 'curv') throw new RangeError('no curve');
  const count = view.getUint32(at + 8);
  const length = 12 + 2 * count;
  if (count === 0) return { curve: (v) => v, length };
  if (count === 1) return { curve: power(view.getUint16(at + 12) / 256), length };
  const table = Float64Array.from({ length: count }, (_, i) => view.getUint16(at + 12 + 2 * i) / 65535);
  return { curve: (v) => along(table, v), length };
}

/** Linear light in 65536 steps → sRGB. */
let encoded: Uint8ClampedArray | undefined;
function encode(linear: number): number {
  encoded ??= Uint8ClampedArray.from({ length: 65536 }, (_, i) => {
    const v = i / 65535;
    return 255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055);
  });
  return encoded[Math.round(65535 * Math.min(1, Math.max(0, linear)))] ?? 0;
}

/**
 * @param space null: sRGB already
 * @param data RGBA, in 0..`max`; alpha is not premultiplied
 */
export function toSrgb(
  space: ColourSpace | null,
  data: Uint8Array | Uint8ClampedArray | Uint16Array,
  max: 255 | 65535,
): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(data.length);
  if (!space) {
    for (let i = 0; i < data.length; i++) out[i] = ((data[i] ?? 0) * 255) / max;
    return out;
  }
  if ('tables' in space) return throughTables(space.tables, data, max, out);
  const [red = [], green = [], blue = []] = space.curves.map((curve) =>
    Float32Array.from({ length: max + 1 }, (_, i) => curve(i / max)),
  );
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, k = 0] = space.toLinearSrgb;
  for (let i = 0; i < data.length; i += 4) {
    const [x, y, z] = [red[data[i] ?? 0] ?? 0, green[data[i + 1] ?? 0] ?? 0, blue[data[i + 2] ?? 0] ?? 0];
    out[i] = encode(a * x + b * y + c * z);
    out[i + 1] = encode(d * x + e * y + f * z);
    out[i + 2] = encode(g * x + h * y + k * z);
    out[i + 3] = ((data[i + 3] ?? 0) * 255) / max;
  }
  return out;
}

/** Neighbours are often alike, and to look one up takes a while. */
function throughTables(
  tables: Tables,
  data: ArrayLike<number>,
  max: number,
  out: Uint8ClampedArray<ArrayBuffer>,
): Uint8ClampedArray<ArrayBuffer> {
  const known = new Map<number, readonly number[]>();
  for (let i = 0; i < data.length; i += 4) {
    const values = [0, 1, 2].map((c) => data[i + c] ?? 0);
    const key = values.reduce((sum, value) => sum * (max + 1) + value, 0);
    let colour = max === 255 ? known.get(key) : undefined;
    if (!colour) {
      colour = apply(xyzToLinearSrgb, tables(values.map((value) => value / max))).map(encode);
      if (known.size < 1e6) known.set(key, colour);
    }
    out.set(colour, i);
    out[i + 3] = ((data[i + 3] ?? 0) * 255) / max;
  }
  return out;
}

/** Ink as browsers take it where no profile says more. @param data CMYK, 255 is full ink */
export function fromInk(data: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(data.length).fill(255);
  for (let i = 0; i < data.length; i += 4) {
    const paper = 255 - (data[i + 3] ?? 0);
    for (let k = 0; k < 3; k++) out[i + k] = ((255 - (data[i + k] ?? 0)) * paper) / 255;
  }
  return out;
}
