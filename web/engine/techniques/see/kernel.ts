/** One place of a convolution, followed by hand: plain arithmetic, for the page as for tests. */
import type { FilterData } from '../../types';

export interface KernelAt {
  /** Of the window, `[kernel, kernel, inputs]`: what the kernel sees, and each times its weight. */
  readonly window: Float32Array;
  readonly products: Float32Array;
  /** Of the products, with the bias; and what the ReLU leaves of it. */
  readonly sum: number;
  readonly answer: number;
}

/** Which index of 0 … length − 1 a convolution reads beyond the border; −1 for a zero. */
function inside(at: number, length: number, mode: FilterData['padding']['mode']): number {
  if (at >= 0 && at < length) return at;
  switch (mode) {
    case 'reflect':
      return at < 0 ? Math.min(length - 1, -at) : Math.max(0, 2 * (length - 1) - at);
    case 'replicate':
      return at < 0 ? 0 : length - 1;
    case 'circular':
      return ((at % length) + length) % length;
    case 'zero':
      return -1;
  }
}

/** @param row of the layer's output, as `column` */
export function kernelAt(data: FilterData, channel: number, row: number, column: number): KernelAt {
  const { kernel, inputs, outputs, filter, bias, stride, padding, width, height, input } = data;
  const window = new Float32Array(kernel[0] * kernel[1] * inputs);
  const products = new Float32Array(window.length);
  let sum = bias[channel] ?? 0;
  for (let i = 0; i < window.length; i++) {
    const cell = Math.floor(i / inputs);
    const y = inside(row * stride - padding.top + Math.floor(cell / kernel[1]), height, padding.mode);
    const x = inside(column * stride - padding.left + (cell % kernel[1]), width, padding.mode);
    const value = y < 0 || x < 0 ? 0 : (input[(y * width + x) * inputs + (i % inputs)] ?? 0);
    window[i] = value;
    products[i] = value * (filter[i * outputs + channel] ?? 0);
    sum += products[i] ?? 0;
  }
  return { window, products, sum, answer: data.relu ? Math.max(0, sum) : sum };
}

/** One weight of a filter. */
export const weightAt = (
  { kernel, inputs, outputs, filter }: Pick<FilterData, 'kernel' | 'inputs' | 'outputs' | 'filter'>,
  [row, column]: readonly [number, number],
  input: number,
  channel: number,
): number => filter[((row * kernel[1] + column) * inputs + input) * outputs + channel] ?? 0;

/** The input that a filter weighs most, by its squares. */
export function strongestInput(data: FilterData, channel: number): number {
  const energy = Array.from({ length: data.inputs }, (_, input) => {
    let sum = 0;
    for (let row = 0; row < data.kernel[0]; row++) {
      for (let column = 0; column < data.kernel[1]; column++) sum += weightAt(data, [row, column], input, channel) ** 2;
    }
    return sum;
  });
  return energy.indexOf(Math.max(...energy));
}
