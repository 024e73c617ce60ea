/**
 * The Gram matrix to look at: what texture synthesis knows of a picture is which channels answer together and how
 * strongly, never where. As a picture, with channels that answer together side by side; and, for two channels, the
 * places of the photo where both answer most. Plain arithmetic on the CPU.
 */
import type { Raster } from '../../images/resample';

/** A part of the photo, in its pixels, and how strongly both channels answered there (1 at the strongest). */
export interface Patch {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly score: number;
}

/** Features of one tap, read back: `values` is `[height, width, channels]`. */
export interface FeatureMap {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly values: Float32Array;
}

/** G = Σ f fᵀ / M over the M positions, `[C, C]` (Gatys et al. 2015, equation 2, divided by M). */
export function gramOf({ channels, values }: FeatureMap): Float32Array {
  const upper = new Float64Array(channels * channels);
  for (let at = 0; at < values.length; at += channels) {
    for (let i = 0; i < channels; i++) {
      const value = values[at + i] ?? 0;
      if (value === 0) continue;
      const row = i * channels;
      for (let j = i; j < channels; j++) upper[row + j] = (upper[row + j] ?? 0) + value * (values[at + j] ?? 0);
    }
  }
  const positions = Math.max(1, values.length / channels);
  return matrix(channels, (i, j) => (upper[Math.min(i, j) * channels + Math.max(i, j)] ?? 0) / positions);
}

/** Gᵢⱼ / √(Gᵢᵢ Gⱼⱼ): the cosine between two channels over the picture. A channel that never answers has 0 with all. */
export function normalisedGram(gram: Float32Array, channels: number): Float32Array<ArrayBuffer> {
  const scale = Float32Array.from({ length: channels }, (_, i) => {
    const energy = gram[i * (channels + 1)] ?? 0;
    return energy > 0 ? 1 / Math.sqrt(energy) : 0;
  });
  return matrix(channels, (i, j) => (gram[i * channels + j] ?? 0) * (scale[i] ?? 0) * (scale[j] ?? 0));
}

/**
 * Channels in the order in which the picture shows them: clusters of average linkage (Sokal & Michener 1958) by
 * cosine, joined at the ends that are most alike. Channels that never answer come last.
 */
export function gramOrder(gram: Float32Array, channels: number): number[] {
  const cosine = normalisedGram(gram, channels);
  const alike = (i: number, j: number): number => cosine[i * channels + j] ?? 0;
  const all = Array.from({ length: channels }, (_, i) => i);
  const answers = (i: number): boolean => alike(i, i) > 0;
  // A cluster goes by the name of its first channel; `linkage` is the mean cosine between two clusters.
  const clusters = new Map(all.filter(answers).map((i) => [i, [i]]));
  const linkage = Float64Array.from(cosine);
  while (clusters.size > 1) {
    const [a, b] = closest([...clusters.keys()], linkage, channels);
    const [left, right] = [clusters.get(a) ?? [], clusters.get(b) ?? []];
    for (const c of clusters.keys()) {
      const [toLeft, toRight] = [linkage[a * channels + c] ?? 0, linkage[b * channels + c] ?? 0];
      const mean = (left.length * toLeft + right.length * toRight) / (left.length + right.length);
      linkage[a * channels + c] = mean;
      linkage[c * channels + a] = mean;
    }
    clusters.set(a, joined(left, right, alike));
    clusters.delete(b);
  }
  return [...[...clusters.values()].flat(), ...all.filter((i) => !answers(i))];
}

/**
 * The normalised Gram matrix, one pixel an entry, `[C, C]` RGB in 0..1: dark where two channels never answer together,
 * pale where they always do.
 * @param order which channel is shown in which row and column; default `gramOrder`
 */
export function gramPicture(gram: Float32Array, channels: number, order = gramOrder(gram, channels)): Raster {
  const cosine = normalisedGram(gram, channels);
  const values = new Float32Array(channels * channels * 3);
  order.forEach((i, row) => {
    order.forEach((j, column) => {
      values.set(heat(cosine[i * channels + j] ?? 0), (row * channels + column) * 3);
    });
  });
  return { width: channels, height: channels, channels: 3, values };
}

/**
 * Where in the photo channels `i` and `j` answer most together, strongest first: the summands of Gᵢⱼ. No two patches
 * overlap by more than half a side; fewer than `count` come back where fewer answer.
 * @param photo its size in pixels, which the patches are measured in
 * @param side of a patch in pixels; default four cells of the tap
 */
export function strongestPatches(
  { width, height, channels, values }: Omit<FeatureMap, 'values'> & { readonly values: ArrayLike<number> },
  i: number,
  j: number,
  count: number,
  photo: { readonly width: number; readonly height: number },
  side = Math.round(4 * Math.max(photo.width / width, photo.height / height)),
): Patch[] {
  const products = Float32Array.from({ length: width * height }, (_, at) => {
    return (values[at * channels + i] ?? 0) * (values[at * channels + j] ?? 0);
  });
  const byStrength = Array.from(products.keys())
    .filter((at) => (products[at] ?? 0) > 0)
    .sort((a, b) => (products[b] ?? 0) - (products[a] ?? 0) || a - b);
  const strongest = products[byStrength[0] ?? 0] ?? 0;
  const [w, h] = [Math.min(side, photo.width), Math.min(side, photo.height)];
  const patches: Patch[] = [];
  for (const at of byStrength) {
    if (patches.length >= count) break;
    const centre = (cell: number, cells: number, pixels: number, extent: number): number =>
      Math.min(pixels - extent, Math.max(0, Math.round(((cell + 0.5) * pixels) / cells - extent / 2)));
    const x = centre(at % width, width, photo.width, w);
    const y = centre(Math.floor(at / width), height, photo.height, h);
    if (patches.some((taken) => Math.abs(taken.x - x) < w / 2 && Math.abs(taken.y - y) < h / 2)) continue;
    patches.push({ x, y, w, h, score: (products[at] ?? 0) / strongest });
  }
  return patches;
}

function matrix(channels: number, entry: (i: number, j: number) => number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(channels * channels);
  for (let at = 0; at < values.length; at++) values[at] = entry(Math.floor(at / channels), at % channels);
  return values;
}

/** The two names whose linkage is highest, the lower position first. */
function closest(names: readonly number[], linkage: Float64Array, channels: number): [number, number] {
  let best = Number.NEGATIVE_INFINITY;
  let pair: [number, number] = [0, 0];
  for (const [p, a] of names.entries()) {
    for (let q = p + 1; q < names.length; q++) {
      const b = names[q] ?? 0;
      const value = linkage[a * channels + b] ?? 0;
      if (value > best) {
        best = value;
        pair = [a, b];
      }
    }
  }
  return pair;
}

/** Both in one row, either turned round if need be, so that the ends which are most alike meet. */
function joined(left: number[], right: number[], alike: (i: number, j: number) => number): number[] {
  const turned = (row: number[]): number[] => [...row].reverse();
  const meeting = ([a, b]: readonly [number[], number[]]): number => alike(a.at(-1) ?? 0, b[0] ?? 0);
  return [left, turned(left)]
    .flatMap((a) => [right, turned(right)].map((b) => [a, b] as const))
    .reduce((best, next) => (meeting(next) > meeting(best) ? next : best))
    .flat();
}

/** Night, violet, orange, cream: monotone in lightness, so that it can be read in grey too. */
const stops: readonly (readonly [number, number, number])[] = [
  [0.02, 0.02, 0.07],
  [0.32, 0.09, 0.42],
  [0.76, 0.22, 0.34],
  [0.98, 0.62, 0.24],
  [0.99, 0.97, 0.8],
];

function heat(value: number): number[] {
  const at = Math.min(1, Math.max(0, value)) * (stops.length - 1);
  const index = Math.min(stops.length - 2, Math.floor(at));
  const [low, high] = [stops[index] ?? [], stops[index + 1] ?? []];
  return [0, 1, 2].map((c) => (low[c] ?? 0) + (at - index) * ((high[c] ?? 0) - (low[c] ?? 0)));
}
