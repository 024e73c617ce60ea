/** Layers and whole networks in double precision: the network as it is declared, nothing folded or fused. */
import type { Padding, PaddingMode } from '../../../web/engine/kernels';
import type { Architecture, ConvLayer, Layer, PoolLayer } from '../../../web/engine/network/architectures';
import type { Parameters } from '../../../web/engine/network/parameters';
import { at as elementAt, type Grid, grid } from './grid';

/** Bound here: Vitest looks an import up at every use, which would be nine tenths of the time of these loops. */
const at = elementAt;

/** Walks from outside the axis to the pixel that is read there, one fold or one lap at a time; −1 reads zero. */
export function sourceOf(index: number, size: number, mode: PaddingMode): number {
  let i = index;
  while (i < 0 || i >= size) {
    if (mode === 'zero') return -1;
    if (mode === 'replicate') i += i < 0 ? 1 : -1;
    else if (mode === 'circular') i += i < 0 ? size : -size;
    else if (size === 1) i = 0;
    else i = i < 0 ? -i : 2 * (size - 1) - i;
  }
  return i;
}

type ConvShape = Pick<ConvLayer, 'kernel' | 'channels' | 'stride' | 'relu'> & { readonly padding: Padding };

/** @param filter `[kh, kw, Ci, Co]` */
export function convolve(
  x: Grid,
  { kernel: [kh, kw], channels: [ci, co], stride, padding, relu }: ConvShape,
  filter: ArrayLike<number>,
  bias: ArrayLike<number>,
): Grid {
  const y = grid(
    Math.floor((x.height + padding.top + padding.bottom - kh) / stride) + 1,
    Math.floor((x.width + padding.left + padding.right - kw) / stride) + 1,
    co,
  );
  for (let row = 0; row < y.height; row++) {
    for (let column = 0; column < y.width; column++) {
      for (let o = 0; o < co; o++) {
        let sum = at(bias, o);
        for (let i = 0; i < kh; i++) {
          const sourceRow = sourceOf(row * stride + i - padding.top, x.height, padding.mode);
          for (let j = 0; j < kw; j++) {
            const sourceColumn = sourceOf(column * stride + j - padding.left, x.width, padding.mode);
            if (sourceRow < 0 || sourceColumn < 0) continue;
            const from = (sourceRow * x.width + sourceColumn) * ci;
            for (let c = 0; c < ci; c++) sum += at(x.values, from + c) * at(filter, ((i * kw + j) * ci + c) * co + o);
          }
        }
        y.values[(row * y.width + column) * co + o] = relu ? Math.max(0, sum) : sum;
      }
    }
  }
  return y;
}

/** First pixel of every window; with `ceil` also of one that hangs over the end, if it adds a pixel (PyTorch). */
function windows(side: number, { size, stride, ceil, padding = 0 }: PoolLayer): number[] {
  const starts: number[] = [];
  const end = side + padding;
  for (let start = -padding; start < side; start += stride) {
    const reached = start === -padding ? start : start - stride + size;
    if (start + size <= end || (ceil && reached < end)) starts.push(start);
  }
  return starts;
}

/** Pixels beyond the end count neither in a maximum nor in an average. */
export function pool(x: Grid, layer: PoolLayer): Grid {
  const rows = windows(x.height, layer);
  const columns = windows(x.width, layer);
  const y = grid(rows.length, columns.length, x.channels);
  rows.forEach((top, row) => {
    columns.forEach((left, column) => {
      for (let c = 0; c < x.channels; c++) {
        const seen: number[] = [];
        for (let i = Math.max(0, top); i < Math.min(top + layer.size, x.height); i++)
          for (let j = Math.max(0, left); j < Math.min(left + layer.size, x.width); j++)
            seen.push(at(x.values, (i * x.width + j) * x.channels + c));
        y.values[(row * y.width + column) * x.channels + c] =
          layer.method === 'max' ? Math.max(...seen) : seen.reduce((a, b) => a + b, 0) / seen.length;
      }
    });
  });
  return y;
}

function concat(inputs: readonly Grid[]): Grid {
  const [first] = inputs;
  if (!first) throw new RangeError('nothing to join');
  const { height, width } = first;
  const values: number[] = [];
  for (let position = 0; position < height * width; position++)
    for (const { channels, values: from } of inputs)
      values.push(...from.subarray(position * channels, (position + 1) * channels));
  return grid(height, width, values.length / (height * width), values);
}

function runLayer(name: string, layer: Layer, inputs: readonly Grid[], parameters: Parameters): Grid {
  const [x] = inputs;
  if (!x) throw new RangeError(`${name} reads nothing`);
  switch (layer.kind) {
    case 'conv':
      return convolve(
        x,
        layer,
        parameters.get(`${name}.weight`)?.values ?? [],
        parameters.get(`${name}.bias`)?.values ?? [],
      );
    case 'pool':
      return pool(x, layer);
    case 'concat':
      return concat(inputs);
    case 'normalise':
      return {
        ...x,
        values: x.values.map((value, i) => (value - at(layer.mean, i % x.channels)) / at(layer.std, i % x.channels)),
      };
  }
}

/** Every node's output, by node and by tap. */
export function runNetwork(architecture: Architecture, parameters: Parameters, image: Grid): ReadonlyMap<string, Grid> {
  const outputs = new Map<string, Grid>([['input', image]]);
  for (const { name, tap, from, layer } of architecture.nodes) {
    const inputs = from.map((source) => outputs.get(source)).filter((input) => input !== undefined);
    const y = runLayer(name, layer, inputs, parameters);
    outputs.set(name, y);
    if (tap) outputs.set(tap, y);
  }
  return outputs;
}
