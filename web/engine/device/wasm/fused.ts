/** What stock kernels would do in several passes, or in many calls on a few numbers (kernels/contract.ts, `fusedNames`). */
import type * as tf from '@tensorflow/tfjs-core';
import type { GainsAttributes, SettleAttributes } from '../../kernels/contract';
import { type Inputs, required } from './inputs';
import type { Machine } from './machine';

const sizeOf = ({ shape }: tf.TensorInfo): number => shape.reduce((a, b) => a * b, 1);

export function settle(machine: Machine, inputs: Inputs, { keep }: SettleAttributes): tf.TensorInfo[] {
  const { heap } = machine;
  const { x, step, average } = required(inputs, 'x', 'step', 'average');
  const [newX, newAverage] = [heap.output(x.shape), heap.output(x.shape)];
  const [at = 0, by = 0, mean = 0, ...to] = [x, step, average, newX, newAverage].map((each) => heap.address(each));
  const [toX = 0, toAverage = 0] = to;
  const bounds = machine.slices({ total: sizeOf(x), unit: 4, work: 4 * sizeOf(x) });
  machine.run('settle', [at, by, mean, toX, toAverage, keep, 1 - keep], bounds);
  return [newX, newAverage];
}

export function enlarge(machine: Machine, inputs: Inputs): tf.TensorInfo {
  const { heap, kernels } = machine;
  const { coarse, fine } = required(inputs, 'coarse', 'fine');
  const [, inHeight = 0, inWidth = 0, channels = 0] = coarse.shape;
  const [, height = 0, width = 0] = fine.shape;
  const out = heap.output(fine.shape);
  const tables = { rows: doubling(height, inHeight), columns: doubling(width, inWidth) };
  heap.withTables(tables, 0, ({ rows, columns }) => {
    const operands = [heap.address(coarse), inWidth, channels, rows, columns] as const;
    const bounds = machine.slices({ total: height, unit: 1, work: 8 * height * width * channels });
    const scratch = kernels.enlargeScratchFloats(inWidth, channels);
    machine.run('enlarge', [...operands, heap.address(fine), heap.address(out), width], bounds, scratch);
  });
  return out;
}

/** Of each place of an axis that is doubled: smoothed by 1 2 1, mirrored at the ends, then interpolated at half-pixel centres. */
function doubling(size: number, coarse: number): Int32Array {
  const line = 8;
  const table = new Int32Array(line * size);
  const weights = new Float32Array(table.buffer);
  const mirrored = (index: number) => Math.max(0, coarse - 1 - Math.abs(coarse - 1 - Math.abs(index)));
  for (let i = 0; i < size; i++) {
    const place = Math.min(coarse - 1, Math.max(0, (i + 0.5) / 2 - 0.5));
    const low = Math.floor(place);
    const share = place - low;
    table.set([mirrored(low - 1), low, mirrored(low + 1), mirrored(low + 2)], line * i);
    const rest = 1 - share;
    weights.set([rest / 4, rest / 2 + share / 4, rest / 4 + share / 2, share / 4], line * i + 4);
  }
  return table;
}

/** Of a few numbers: rounded at each step, as single precision is. */
export function variance({ heap }: Machine, inputs: Inputs): tf.TensorInfo {
  const { mean, product } = required(inputs, 'mean', 'product');
  const out = heap.output(mean.shape);
  const [means, products] = [heap.floats(mean), heap.floats(product)];
  heap.floats(out).set(products.map((value, i) => Math.max(0, value - Math.fround((means[i] ?? 0) ** 2))));
  return out;
}

export function gains({ heap }: Machine, inputs: Inputs, { epsilon }: GainsAttributes): tf.TensorInfo[] {
  const given = required(inputs, 'mean', 'variance', 'scale', 'shift');
  const outs = [heap.output(given.mean.shape), heap.output(given.mean.shape)];
  const [gain = new Float32Array(), offset = new Float32Array()] = outs.map((out) => heap.floats(out));
  const [mean, spread, scale, shift] = [given.mean, given.variance, given.scale, given.shift].map((each) =>
    heap.floats(each),
  );
  const least = Math.fround(epsilon);
  for (let i = 0; i < gain.length; i++) {
    const inverse = Math.fround(1 / Math.fround(Math.sqrt(Math.fround((spread?.[i] ?? 0) + least))));
    gain[i] = (scale?.[i] ?? 0) * inverse;
    offset[i] = (shift?.[i] ?? 0) - Math.fround((mean?.[i] ?? 0) * (gain[i] ?? 0));
  }
  return outs;
}
