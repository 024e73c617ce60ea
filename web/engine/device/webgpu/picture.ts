/** What happens to the picture itself and its gradient, each in one dispatch: `totalVariation`, `enlarge`, `settle`, `averagePool` and `averagePoolGrad` of kernels/contract.ts. */

import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { PoolAttributes, PoolGradAttributes, SettleAttributes, VariationAttributes } from '../../kernels/contract';
import { allocate, elementFor, float, int, scalars } from './dispatch';
import { eachElement, groupsOf, sumsTo } from './elements';

type Shape = [number, number, number, number];

/** WGSL: row, column and channel of element `i` of a picture. */
const place = `
  let channel = i % uniforms.channels;
  let column = (i / uniforms.channels) % uniforms.width;
  let row = i / (uniforms.channels * uniforms.width);`;

const sizes = ([, height, width, channels]: Shape) => ({
  height: int(height),
  width: int(width),
  channels: int(channels),
});

export function totalVariation(
  backend: WebGPUBackend,
  { image, gradient }: { image: TensorInfo; gradient: TensorInfo },
  { straight, diagonal }: VariationAttributes,
): [out: TensorInfo, parts: TensorInfo] {
  const out = allocate(backend, image.shape);
  const groups = groupsOf(image.shape.reduce((product, side) => product * side, 1));
  const parts = allocate(backend, [groups]);
  const sums = sumsTo('parts', backend);
  eachElement(backend, {
    key: `total variation ${sums.key}`,
    update: `
${sums.declared}
fn update(i: i32) {${place}
  let here = image[i];
  var pull = 0.0;
  for (var dy = -1; dy <= 1; dy++) {
    for (var dx = -1; dx <= 1; dx++) {
      let y = row + dy;
      let x = column + dx;
      if ((dy == 0 && dx == 0) || y < 0 || x < 0 || y >= uniforms.height || x >= uniforms.width) { continue; }
      let share = select(uniforms.straight, uniforms.diagonal, dy != 0 && dx != 0);
      let difference = here - image[(y * uniforms.width + x) * uniforms.channels + channel];
      pull += 2.0 * share * difference;
      // Every pair is met from both ends.
      own += 0.5 * share * difference * difference;
    }
  }
  out[i] = gradient[i] + pull;
}`,
    last: sums.last,
    outputs: { out: scalars(out), parts: scalars(parts) },
    inputs: { image: scalars(image), gradient: scalars(gradient) },
    uniforms: {
      ...sizes(image.shape as Shape),
      groups: int(groups),
      straight: float(straight),
      diagonal: float(diagonal),
    },
    operations: 40,
  });
  return [out, parts];
}

/** Twice as large by linear interpolation at half-pixel centres, of what 1 2 1 both ways makes of the coarse picture. */
export function enlarge(
  backend: WebGPUBackend,
  { coarse, fine }: { coarse: TensorInfo; fine: TensorInfo },
): TensorInfo {
  const out = allocate(backend, fine.shape);
  const [, rows, columns] = coarse.shape as Shape;
  eachElement(backend, {
    key: 'enlarge',
    update: `
fn mirrored(index: i32, size: i32) -> i32 {
  if (size == 1) { return 0; }
  return select(select(index, 2 * (size - 1) - index, index >= size), -index, index < 0);
}
fn smoothed(y: i32, x: i32, channel: i32) -> f32 {
  var sum = 0.0;
  for (var dy = -1; dy <= 1; dy++) {
    for (var dx = -1; dx <= 1; dx++) {
      let at = mirrored(y + dy, uniforms.rows) * uniforms.columns + mirrored(x + dx, uniforms.columns);
      sum += select(0.25, 0.5, dy == 0) * select(0.25, 0.5, dx == 0) * coarse[at * uniforms.channels + channel];
    }
  }
  return sum;
}
fn update(i: i32) {${place}
  // The nearer of the two rows weighs three quarters; beyond the border it is the same one.
  let y = row / 2;
  let x = column / 2;
  let otherY = clamp(y + select(-1, 1, row % 2 == 1), 0, uniforms.rows - 1);
  let otherX = clamp(x + select(-1, 1, column % 2 == 1), 0, uniforms.columns - 1);
  let near = 0.75 * smoothed(y, x, channel) + 0.25 * smoothed(y, otherX, channel);
  let far = 0.75 * smoothed(otherY, x, channel) + 0.25 * smoothed(otherY, otherX, channel);
  out[i] = fine[i] + 0.75 * near + 0.25 * far;
}`,
    outputs: { out: scalars(out) },
    inputs: { coarse: scalars(coarse), fine: scalars(fine) },
    uniforms: { ...sizes(fine.shape as Shape), rows: int(rows), columns: int(columns) },
    operations: 80,
  });
  return out;
}

export function settle(
  backend: WebGPUBackend,
  { x, step, average }: { x: TensorInfo; step: TensorInfo; average: TensorInfo },
  { keep }: SettleAttributes,
): [x: TensorInfo, average: TensorInfo] {
  const newX = allocate(backend, x.shape);
  const newAverage = allocate(backend, x.shape);
  eachElement(backend, {
    key: 'settle',
    update: `
fn update(i: i32) {
  let moved = clamp(x[i] + step_[i], 0.0, 1.0);
  newX[i] = moved;
  newAverage[i] = uniforms.keep * average[i] + uniforms.rest * moved;
}`,
    outputs: { newX: scalars(newX), newAverage: scalars(newAverage) },
    inputs: { x: scalars(x), step_: scalars(step), average: scalars(average) },
    uniforms: { keep: float(keep), rest: float(1 - keep) },
    operations: 4,
  });
  return [newX, newAverage];
}

export function averagePool(backend: WebGPUBackend, { x }: { x: TensorInfo }, { size }: PoolAttributes): TensorInfo {
  const [, height, width, channels] = x.shape as Shape;
  const element = elementFor(channels);
  const lanes = element === 'f32' ? 1 : 4;
  const shape: Shape = [1, Math.floor(height / size), Math.floor(width / size), channels];
  const out = allocate(backend, shape);
  eachElement(backend, {
    key: `averagePool ${element} ${size}`,
    lanes,
    update: `
fn update(i: i32) {${place}
  var sum = ${element}(0.0);
  for (var dy = 0; dy < ${size}; dy++) {
    for (var dx = 0; dx < ${size}; dx++) {
      sum += x[((row * ${size} + dy) * uniforms.inputWidth + column * ${size} + dx) * uniforms.channels + channel];
    }
  }
  out[i] = sum * ${1 / size ** 2};
}`,
    outputs: { out: { tensor: out, element } },
    inputs: { x: { tensor: x, element } },
    uniforms: { ...sizes(shape), channels: int(channels / lanes), inputWidth: int(width) },
    operations: lanes * size ** 2,
  });
  return out;
}

export function averagePoolGrad(
  backend: WebGPUBackend,
  { dy }: { dy: TensorInfo },
  { size, inputShape }: PoolGradAttributes,
): TensorInfo {
  const [, height, width, channels] = inputShape;
  const element = elementFor(channels);
  const lanes = element === 'f32' ? 1 : 4;
  const out = allocate(backend, inputShape);
  const [, rows, columns] = dy.shape as Shape;
  eachElement(backend, {
    key: `averagePoolGrad ${element} ${size}`,
    lanes,
    update: `
fn update(i: i32) {${place}
  let y = row / ${size};
  let x = column / ${size};
  var value = ${element}(0.0);
  if (y < uniforms.rows && x < uniforms.columns) {
    value = dy[(y * uniforms.columns + x) * uniforms.channels + channel] * ${1 / size ** 2};
  }
  out[i] = value;
}`,
    outputs: { out: { tensor: out, element } },
    inputs: { dy: { tensor: dy, element } },
    uniforms: { ...sizes([1, height, width, channels / lanes]), rows: int(rows), columns: int(columns) },
    operations: 4,
  });
  return out;
}
