/**
 * The self-test's yardstick: every kernel as the plainest loop that can be written, over arrays, without TensorFlow.js,
 * so that a fault of a backend cannot hide in it. Slow; meant for pictures of twenty pixels.
 */
import type { AdamAttributes, Padding, VariationAttributes } from '../../kernels/contract';
import { paddingMap } from '../../kernels/padding';

/** A `[1, height, width, channels]` picture. */
export interface Volume {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: Float32Array;
}

export interface Convolution {
  readonly size: number;
  readonly inputChannels: number;
  readonly outputChannels: number;
  /** `[size, size, inputChannels, outputChannels]` */
  readonly filter: Float32Array;
  readonly bias: Float32Array;
  readonly stride: number;
  readonly padding: Padding;
}

export const volume = (height: number, width: number, channels: number): Volume => ({
  height,
  width,
  channels,
  data: new Float32Array(height * width * channels),
});

/** Calls `visit(output index, input index, filter index)` for every product that a convolution sums. */
function products(
  { height, width }: Volume,
  out: Volume,
  { size, inputChannels, outputChannels, stride, padding }: Convolution,
  visit: (y: number, x: number, w: number) => void,
): void {
  const rows = paddingMap(height, padding.top, padding.bottom, padding.mode);
  const columns = paddingMap(width, padding.left, padding.right, padding.mode);
  for (let y = 0; y < out.height; y++)
    for (let x = 0; x < out.width; x++)
      for (let i = 0; i < size; i++)
        for (let j = 0; j < size; j++) {
          const row = rows[y * stride + i] ?? -1;
          const column = columns[x * stride + j] ?? -1;
          if (row < 0 || column < 0) continue;
          for (let ci = 0; ci < inputChannels; ci++)
            for (let co = 0; co < outputChannels; co++)
              visit(
                (y * out.width + x) * outputChannels + co,
                (row * width + column) * inputChannels + ci,
                ((i * size + j) * inputChannels + ci) * outputChannels + co,
              );
        }
}

export const at = (array: Float32Array, index: number): number => array[index] ?? Number.NaN;

export function add(array: Float32Array, index: number, value: number): void {
  array[index] = at(array, index) + value;
}

/** relu(pad(x) ∗ filter + bias) */
export function convolve(x: Volume, convolution: Convolution): Volume {
  const { size, outputChannels, stride, padding, filter, bias } = convolution;
  const height = Math.floor((x.height + padding.top + padding.bottom - size) / stride) + 1;
  const width = Math.floor((x.width + padding.left + padding.right - size) / stride) + 1;
  const y = volume(height, width, outputChannels);
  products(x, y, convolution, (to, from, w) => add(y.data, to, at(x.data, from) * at(filter, w)));
  y.data.forEach((sum, index) => {
    y.data[index] = Math.max(0, sum + at(bias, index % outputChannels));
  });
  return y;
}

/** Adjoint of `convolve` at y: every product of the forward pass, run backwards. */
export function convolveAdjoint(x: Volume, y: Volume, dy: Volume, convolution: Convolution): Volume {
  const dx = volume(x.height, x.width, x.channels);
  products(x, y, convolution, (to, from, w) => {
    if (at(y.data, to) > 0) add(dx.data, from, at(dy.data, to) * at(convolution.filter, w));
  });
  return dx;
}

/** Filter turned by 180° with its channel axes swapped: `[size, size, outputChannels, inputChannels]`. */
export function rotate({ size, inputChannels, outputChannels, filter }: Convolution): Float32Array {
  const rotated = new Float32Array(filter.length);
  for (let tap = 0; tap < size * size; tap++)
    for (let ci = 0; ci < inputChannels; ci++)
      for (let co = 0; co < outputChannels; co++)
        rotated[((size * size - 1 - tap) * outputChannels + co) * inputChannels + ci] = at(
          filter,
          (tap * inputChannels + ci) * outputChannels + co,
        );
  return rotated;
}

/** Means over 2×2, stride 2, valid. */
export function averagePool(x: Volume): Volume {
  const y = volume(x.height >> 1, x.width >> 1, x.channels);
  y.data.forEach((_, index) => {
    const [position, c] = [Math.floor(index / x.channels), index % x.channels];
    const [row, column] = [2 * Math.floor(position / y.width), 2 * (position % y.width)];
    for (let n = 0; n < 4; n++)
      add(y.data, index, at(x.data, ((row + (n >> 1)) * x.width + column + (n & 1)) * x.channels + c) / 4);
  });
  return y;
}

/** 2×2 pooling, stride 2, valid: where each output's gradient goes. Average: a quarter each; max: the first largest. */
export function poolAdjoint(x: Volume, dy: Volume, kind: 'average' | 'max'): Volume {
  const dx = volume(x.height, x.width, x.channels);
  for (let y = 0; y < dy.height; y++)
    for (let column = 0; column < dy.width; column++)
      for (let c = 0; c < x.channels; c++) {
        const gradient = at(dy.data, (y * dy.width + column) * x.channels + c);
        const window = [0, 1, 2, 3].map((n) => ((2 * y + (n >> 1)) * x.width + 2 * column + (n & 1)) * x.channels + c);
        const largest = window.reduce((best, index) => (at(x.data, index) > at(x.data, best) ? index : best));
        for (const index of kind === 'max' ? [largest] : window)
          add(dx.data, index, kind === 'max' ? gradient : gradient / 4);
      }
  return dx;
}

export function momentsOf({ height, width, channels, data }: Volume): { mean: Float32Array; gram: Float32Array } {
  const mean = new Float32Array(channels);
  const gram = new Float32Array(channels * channels);
  const positions = height * width;
  for (let p = 0; p < positions; p++)
    for (let i = 0; i < channels; i++) {
      add(mean, i, at(data, p * channels + i) / positions);
      for (let j = 0; j < channels; j++)
        add(gram, i * channels + j, (at(data, p * channels + i) * at(data, p * channels + j)) / positions);
    }
  return { mean, gram };
}

/** dy + x·matrix + vector */
export function affineOf(x: Volume, matrix: Float32Array, vector: Float32Array, dy: Volume): Float32Array {
  const { channels } = x;
  return dy.data.map((value, index) => {
    const column = index % channels;
    let sum = value + at(vector, column);
    for (let k = 0; k < channels; k++) sum += at(x.data, index - column + k) * at(matrix, k * channels + column);
    return sum;
  });
}

/** fine + the coarse picture smoothed by 1 2 1 both ways and doubled by linear interpolation. */
export function enlargeOf(coarse: Volume, fine: Volume): Float32Array {
  const { channels } = coarse;
  const mirrored = paddingMap(coarse.height, 1, 1, 'reflect');
  const across = paddingMap(coarse.width, 1, 1, 'reflect');
  const smoothed = (y: number, x: number, c: number) => {
    let sum = 0;
    for (let n = 0; n < 9; n++) {
      const [i, j] = [Math.floor(n / 3), n % 3];
      const pixel = (mirrored[y + i] ?? 0) * coarse.width + (across[x + j] ?? 0);
      sum += ((i === 1 ? 2 : 1) * (j === 1 ? 2 : 1) * at(coarse.data, pixel * channels + c)) / 16;
    }
    return sum;
  };
  /** Both neighbours of a half-pixel centre, and the share of the second. */
  const between = (index: number, size: number): [number, number, number] => {
    const place = Math.min(size - 1, Math.max(0, (index + 0.5) / 2 - 0.5));
    const low = Math.floor(place);
    return [low, Math.min(low + 1, size - 1), place - low];
  };
  return fine.data.map((value, index) => {
    const [pixel, c] = [Math.floor(index / channels), index % channels];
    const [y0, y1, down] = between(Math.floor(pixel / fine.width), coarse.height);
    const [x0, x1, right] = between(pixel % fine.width, coarse.width);
    const row = (y: number) => (1 - right) * smoothed(y, x0, c) + right * smoothed(y, x1, c);
    return value + (1 - down) * row(y0) + down * row(y1);
  });
}

/** Gradient and value of Σ share · (x_p − x_q)² over pairs of neighbours. */
export function variationOf(
  { height, width, channels, data }: Volume,
  gradient: Float32Array,
  { straight, diagonal }: VariationAttributes,
): { out: Float32Array; loss: number } {
  const out = gradient.slice();
  let loss = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (const [dy, dx] of [
        [0, 1],
        [1, 0],
        [1, 1],
        [1, -1],
      ] as const) {
        if (y + dy >= height || x + dx >= width || x + dx < 0) continue;
        const share = dx * dy === 0 ? straight : diagonal;
        for (let c = 0; c < channels; c++) {
          const [here, there] = [(y * width + x) * channels + c, ((y + dy) * width + x + dx) * channels + c];
          const difference = at(data, here) - at(data, there);
          loss += share * difference * difference;
          add(out, here, 2 * share * difference);
          add(out, there, -2 * share * difference);
        }
      }
  return { out, loss };
}

export type AdamArrays = Record<'x' | 'first' | 'second' | 'average', Float32Array>;

export function adamOf(state: AdamArrays, gradient: Float32Array, attributes: AdamAttributes): AdamArrays {
  const { stepSize, beta1, beta2, epsilon, step, averaging, min, max } = attributes;
  const first = state.first.map((m, i) => beta1 * m + (1 - beta1) * at(gradient, i));
  const second = state.second.map((v, i) => beta2 * v + (1 - beta2) * at(gradient, i) ** 2);
  const x = state.x.map((value, i) => {
    const m = at(first, i) / (1 - beta1 ** (step + 1));
    const v = at(second, i) / (1 - beta2 ** (step + 1));
    return Math.min(max, Math.max(min, value - (stepSize * m) / (Math.sqrt(v) + epsilon)));
  });
  const average = state.average.map((value, i) => averaging * value + (1 - averaging) * at(x, i));
  return { x, first, second, average };
}
