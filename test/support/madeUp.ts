/** Weights made up for small networks; runs in browsers too. */
import { type Architecture, parameterShapes } from '../../web/engine/network/architectures';
import type { Parameters } from '../../web/engine/network/parameters';
import { numbers } from '../unit/device/numbers';

/** Fixed random weights, scaled by He et al. 2015 so that features neither die nor grow; biases small. */
export function madeUpParameters(architecture: Architecture, seed = 1): Parameters {
  return new Map(
    parameterShapes(architecture).map(({ name, shape }, i) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const inputs = size / (shape.at(-1) ?? 1);
      const scale = shape.length === 1 ? 0.2 : Math.sqrt(6 / inputs);
      return [name, { shape, values: numbers(size, seed + i).map((value) => value * scale) }];
    }),
  );
}

/** Every weight the mean of what it reads, no bias: what is above 0 stays there and near its size. */
export function averagingParameters(architecture: Architecture): Parameters {
  return new Map(
    parameterShapes(architecture).map(({ name, shape }) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const inputs = size / (shape.at(-1) ?? 1);
      return [name, { shape, values: new Float32Array(size).fill(shape.length === 1 ? 0 : 1 / inputs) }];
    }),
  );
}
