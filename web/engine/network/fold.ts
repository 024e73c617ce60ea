/**
 * Merges the colour normalisation at a network's entrance into its first convolution: one full-size
 * tensor and one kernel less in every pass. Exact unless that convolution pads with zeros, because then
 * the border would have to be zero *after* normalisation.
 */
import { isPadded } from '../kernels/padding';
import type { Architecture, ConvLayer, Node } from './layers';
import type { Parameter, Parameters } from './parameters';

interface Pointwise {
  /** `[in, out]`, row by row. */
  readonly matrix: Float64Array;
  readonly offset: Float64Array;
}

function asPointwise(node: Node, parameters: Parameters): Pointwise | null {
  const { layer } = node;
  if (layer.kind === 'normalise') {
    const channels = layer.mean.length;
    const matrix = new Float64Array(channels * channels);
    layer.std.forEach((std, c) => {
      matrix[c * channels + c] = 1 / std;
    });
    return { matrix, offset: Float64Array.from(layer.mean, (mean, c) => -mean / (layer.std[c] ?? 1)) };
  }
  const linear = layer.kind === 'conv' && !layer.relu && layer.stride === 1 && layer.kernel.join() === '1,1';
  if (!linear || isPadded(layer.padding)) return null;
  const [input, output] = layer.channels;
  const weight = parameters.get(`${node.name}.weight`);
  const bias = parameters.get(`${node.name}.bias`);
  // With another number of channels the first convolution would change its shape; parameters of a wrong shape
  // are left in place, where the operator refuses them.
  if (input !== output || !hasShape(weight, [1, 1, input, output]) || !hasShape(bias, [output])) return null;
  return { matrix: Float64Array.from(weight.values), offset: Float64Array.from(bias.values) };
}

const hasShape = (parameter: Parameter | undefined, shape: readonly number[]): parameter is Parameter =>
  parameter?.shape.join() === shape.join() && parameter.values.length === shape.reduce((a, b) => a * b, 1);

/** The same function with one node less, or the arguments as they are when nothing can be merged. */
export function foldEntrance(
  architecture: Architecture,
  parameters: Parameters,
): { architecture: Architecture; parameters: Parameters } {
  const unchanged = { architecture, parameters };
  const [entrance, first] = architecture.nodes;
  if (!entrance || !first || first.layer.kind !== 'conv' || first.from.join() !== entrance.name) return unchanged;
  const shared = architecture.nodes.filter((node) => node.from.includes(entrance.name)).length > 1;
  const zeroPadded = first.layer.padding.mode === 'zero' && isPadded(first.layer.padding);
  const pointwise = asPointwise(entrance, parameters);
  const weight = parameters.get(`${first.name}.weight`);
  const bias = parameters.get(`${first.name}.bias`);
  if (shared || zeroPadded || entrance.tap || !pointwise || !weight || !bias) return unchanged;
  const merged = new Map<string, Parameter>(parameters);
  merged.set(`${first.name}.weight`, {
    shape: weight.shape,
    values: mergeFilter(first.layer, weight.values, pointwise),
  });
  merged.set(`${first.name}.bias`, {
    shape: bias.shape,
    values: mergeBias(first.layer, weight.values, bias.values, pointwise),
  });
  return {
    architecture: {
      ...architecture,
      nodes: [{ ...first, from: entrance.from }, ...architecture.nodes.slice(2)],
    },
    parameters: merged,
  };
}

function mergeFilter({ kernel, channels: [ci, co] }: ConvLayer, filter: Float32Array, { matrix }: Pointwise) {
  const merged = new Float32Array(filter.length);
  const mid = matrix.length / ci;
  for (let tap = 0; tap < kernel[0] * kernel[1]; tap++) {
    for (let i = 0; i < ci; i++) {
      for (let o = 0; o < co; o++) {
        let sum = 0;
        for (let m = 0; m < mid; m++) {
          sum += (matrix[i * mid + m] ?? 0) * (filter[(tap * mid + m) * co + o] ?? 0);
        }
        merged[(tap * ci + i) * co + o] = sum;
      }
    }
  }
  return merged;
}

function mergeBias(
  { kernel, channels: [, co] }: ConvLayer,
  filter: Float32Array,
  bias: Float32Array,
  { offset }: Pointwise,
) {
  return bias.map((value, o) => {
    let sum = value;
    for (let tap = 0; tap < kernel[0] * kernel[1]; tap++) {
      offset.forEach((shift, m) => {
        sum += shift * (filter[(tap * offset.length + m) * co + o] ?? 0);
      });
    }
    return sum;
  });
}
