/**
 * Resampling of float pictures on the CPU, the same on every device: a run's starting points must not
 * depend on a GPU's texture unit. Filters widen when shrinking (antialiasing), as Pillow's do, and the
 * border is where the picture ends: weights are renormalised there, nothing is invented.
 */

/** Interleaved values, rows top to bottom; `values.length = width · height · channels`. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly values: Float32Array;
}

export interface Filter {
  readonly support: number;
  readonly weight: (distance: number) => number;
}

/** Keys 1981 with a = −1/2. */
export const bicubic: Filter = {
  support: 2,
  weight(distance) {
    const x = Math.abs(distance);
    if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
    return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
  },
};

export const bilinear: Filter = { support: 1, weight: (distance) => Math.max(0, 1 - Math.abs(distance)) };

/** Resized picture; the input is returned as it is when the size is the same. */
export function resample(raster: Raster, width: number, height: number, filter: Filter): Raster {
  if (raster.width === width && raster.height === height) return raster;
  return resampleRows(resampleColumns(raster, width, filter), height, filter);
}

interface Tap {
  readonly start: number;
  readonly weights: Float32Array;
}

/** @param from as `to`, of the output's positions: those that are wanted */
function taps(input: number, output: number, { support, weight }: Filter, from = 0, to = output): Tap[] {
  const scale = input / output;
  const stretch = Math.max(1, scale);
  return Array.from({ length: to - from }, (_, i) => {
    const centre = (from + i + 0.5) * scale;
    const start = Math.max(0, Math.ceil(centre - support * stretch - 0.5));
    const end = Math.min(input, Math.floor(centre + support * stretch + 0.5));
    const weights = Float32Array.from({ length: end - start }, (_, k) => weight((start + k + 0.5 - centre) / stretch));
    const sum = weights.reduce((a, b) => a + b, 0);
    return { start, weights: weights.map((value) => value / sum) };
  });
}

function resampleColumns({ width, height, channels, values }: Raster, newWidth: number, filter: Filter): Raster {
  const result = new Float32Array(newWidth * height * channels);
  taps(width, newWidth, filter).forEach(({ start, weights }, x) => {
    for (let y = 0; y < height; y++) {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        let at = (y * width + start) * channels + c;
        for (let k = 0; k < weights.length; k++, at += channels) sum += (weights[k] ?? 0) * (values[at] ?? 0);
        result[(y * newWidth + x) * channels + c] = sum;
      }
    }
  });
  return { width: newWidth, height, channels, values: result };
}

function resampleRows({ width, height, channels, values }: Raster, newHeight: number, filter: Filter): Raster {
  const row = width * channels;
  const result = new Float32Array(row * newHeight);
  taps(height, newHeight, filter).forEach(({ start, weights }, y) => {
    weights.forEach((weight, k) => {
      const source = (start + k) * row;
      for (let i = 0; i < row; i++)
        result[y * row + i] = (result[y * row + i] ?? 0) + weight * (values[source + i] ?? 0);
    });
  });
  return { width, height: newHeight, channels, values: result };
}

export interface Part {
  readonly top: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

/** Rows on their way, of the last part: a print's tiles would leave megabytes of them behind, faster than they are collected. */
let acrossOfLast = new Float32Array(0);

/** A picture whose values are bytes or floats, with an alpha or without. */
export type Source = Omit<Raster, 'values'> & { readonly values: ArrayLike<number> };

/**
 * A part of what the whole would be at another size: nothing is held but what the part is made of.
 * @param into where the values go, if there is room for them; a new array, if not said
 * @returns three channels of a colour picture, one of a grey one, in the source's units
 */
export function resamplePart(
  source: Source,
  whole: Pick<Raster, 'width' | 'height'>,
  part: Part,
  filter: Filter,
  into?: Float32Array,
): Raster {
  const channels = Math.min(3, source.channels);
  const columns = taps(source.width, whole.width, filter, part.left, part.left + part.width);
  const rows = taps(source.height, whole.height, filter, part.top, part.top + part.height);
  const first = rows[0]?.start ?? 0;
  const end = rows.reduce((last, { start, weights }) => Math.max(last, start + weights.length), first);
  const length = part.width * channels * (end - first);
  if (acrossOfLast.length < length) acrossOfLast = new Float32Array(length);
  const across = acrossOfLast;
  for (let y = first; y < end; y++) {
    columns.forEach(({ start, weights }, x) => {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        let at = (y * source.width + start) * source.channels + c;
        for (let k = 0; k < weights.length; k++, at += source.channels)
          sum += (weights[k] ?? 0) * (source.values[at] ?? 0);
        across[((y - first) * part.width + x) * channels + c] = sum;
      }
    });
  }
  const row = part.width * channels;
  const size = row * part.height;
  const values = into && into.length >= size ? into.subarray(0, size).fill(0) : new Float32Array(size);
  rows.forEach(({ start, weights }, y) => {
    weights.forEach((weight, k) => {
      const from = (start + k - first) * row;
      for (let i = 0; i < row; i++) values[y * row + i] = (values[y * row + i] ?? 0) + weight * (across[from + i] ?? 0);
    });
  });
  return { width: part.width, height: part.height, channels, values };
}
