/**
 * A fast-style network as an ONNX model, so that another runtime can be asked what it makes of it, and how fast. One
 * node per operation as the stages name them: enlarge, mirror, convolve, normalise, add, activate.
 */
import type { TransformerConfiguration } from '../../shared/transformer';
import { normalisationEpsilon } from '../../web/engine/transformer/normalisation';
import { blendStyles, layoutOf, type TransformerParameters } from '../../web/engine/transformer/parameters';
import type { Stage } from '../../web/engine/transformer/stages';
import { type AttributeProto, encodeModel, type NodeProto, type TensorProto, type ValueInfoProto } from './schema';

/** Pad has had reflection by `pads` as an input and Resize its present form since. */
const opset = 18;
const irVersion = 8;

export const onnxInput = 'image';
export const onnxOutput = 'painted';

export interface OnnxSize {
  readonly height: number;
  readonly width: number;
}

/**
 * `image [1, 3, H, W]` → `painted`, the same shape, RGB in 0..1.
 * @param weights one per style; what they mix becomes part of the model
 * @param size sides, multiples of `sideMultiple`; a runtime may plan for them. Without, any size.
 * @throws ReverieError `recipe-invalid` as `blendStyles` does
 */
export function transformerToOnnx(
  configuration: TransformerConfiguration,
  parameters: TransformerParameters,
  weights: readonly number[],
  size?: OnnxSize,
): Uint8Array {
  const layout = layoutOf(configuration);
  const { values, running } = parameters;
  const { scale, shift } = blendStyles(layout, values, weights);
  const graph = new Graph();
  let x = onnxInput;
  let kept = x;
  let channel = 0;
  for (const [i, stage] of layout.stages.entries()) {
    const slot = layout.filters[i];
    if (!slot) throw new RangeError(`stage ${i} has no filter`);
    if (stage.residual === 'open') kept = x;
    const filter = graph.floats(`${stage.name}.weight`, ...channelsFirst(values, slot.offset, slot.shape));
    const convolved = convolve(graph, stage, x, filter);
    const [from, to] = [channel, channel + stage.channels[1]];
    channel = to;
    const vector = (name: string, array: Float32Array, start = 0) =>
      graph.floats(`${stage.name}.${name}`, array.slice(start + from, start + to), [to - from]);
    const style = [vector('scale', scale), vector('shift', shift)];
    const statistics = running ? [vector('mean', running), vector('variance', running, layout.channels)] : [];
    x = graph.node(running ? 'BatchNormalization' : 'InstanceNormalization', `${stage.name}.norm`, {
      inputs: [convolved, ...style, ...statistics],
      attributes: [{ name: 'epsilon', type: 'FLOAT', f: normalisationEpsilon }],
    });
    if (stage.residual === 'close') x = graph.node('Add', `${stage.name}.add`, { inputs: [x, kept] });
    if (stage.activation === 'relu') x = graph.node('Relu', `${stage.name}.relu`, { inputs: [x] });
    if (stage.activation === 'sigmoid') x = graph.node('Sigmoid', `${stage.name}.sigmoid`, { inputs: [x] });
  }
  graph.node('Identity', onnxOutput, { inputs: [x] });
  return graph.encode(size);
}

function convolve(graph: Graph, { name, up, kernel, channels, stride, padding }: Stage, input: string, filter: string) {
  const { mode, top, bottom, left, right } = padding;
  const strides = ints('strides', [stride, stride]);
  const zeros = [top, left, bottom, right];
  if (up === 'transposed') {
    return graph.node('ConvTranspose', `${name}.conv`, {
      inputs: [input, filter],
      attributes: [ints('kernel_shape', kernel), strides, ints('pads', zeros)],
    });
  }
  let x = input;
  if (up !== 'none') {
    const nearest = [text('coordinate_transformation_mode', 'asymmetric'), text('nearest_mode', 'floor')];
    x = graph.node('Resize', `${name}.enlarge`, {
      inputs: [x, '', graph.floats(`${name}.factors`, Float32Array.of(1, 1, 2, 2), [4])],
      attributes:
        up === 'resize'
          ? [text('mode', 'nearest'), ...nearest]
          : [text('mode', 'linear'), text('coordinate_transformation_mode', 'half_pixel')],
    });
  }
  if (up === 'spline') x = smoothed(graph, name, x, channels[0]);
  if (mode === 'reflect') {
    x = graph.node('Pad', `${name}.pad`, {
      inputs: [x, graph.integers(`${name}.pads`, [0, 0, top, left, 0, 0, bottom, right])],
      attributes: [text('mode', 'reflect')],
    });
  } else if (mode !== 'zero') throw new RangeError(`ONNX export knows no ${mode} padding`);
  return graph.node('Conv', `${name}.conv`, {
    inputs: [x, filter],
    attributes: [ints('kernel_shape', kernel), strides, ints('pads', mode === 'zero' ? zeros : [0, 0, 0, 0])],
  });
}

/** By 1 2 1 both ways. */
function smoothed(graph: Graph, name: string, input: string, channels: number): string {
  const square = [1, 2, 1].flatMap((row) => [1, 2, 1].map((column) => (row * column) / 16));
  const filter = Float32Array.from({ length: 9 * channels }, (_, i) => square[i % 9] ?? 0);
  return graph.node('Conv', `${name}.smooth`, {
    inputs: [input, graph.floats(`${name}.binomial`, filter, [channels, 1, 3, 3])],
    attributes: [ints('kernel_shape', [3, 3]), ints('pads', [1, 1, 1, 1]), { name: 'group', type: 'INT', i: channels }],
  });
}

/** `[kh, kw, a, b]` as `[b, a, kh, kw]`: what Conv wants of a filter, and ConvTranspose of an adjoint's. */
function channelsFirst(values: Float32Array, offset: number, shape: readonly number[]): [Float32Array, number[]] {
  const [kh = 0, kw = 0, a = 0, b = 0] = shape;
  const taps = kh * kw;
  const result = new Float32Array(taps * a * b);
  for (let tap = 0; tap < taps; tap++) {
    for (let i = 0; i < a; i++) {
      for (let o = 0; o < b; o++) result[(o * a + i) * taps + tap] = values[offset + (tap * a + i) * b + o] ?? 0;
    }
  }
  return [result, [b, a, kh, kw]];
}

const ints = (name: string, values: readonly number[]): AttributeProto => ({ name, type: 'INTS', ints: values });
const text = (name: string, value: string): AttributeProto => ({
  ...{ name, type: 'STRING' },
  s: new TextEncoder().encode(value),
});

/** Nodes in the order in which they run; each has one output, of its own name. */
class Graph {
  readonly #nodes: NodeProto[] = [];
  readonly #initialisers: TensorProto[] = [];

  node(
    operator: string,
    name: string,
    {
      inputs,
      attributes = [],
    }: { readonly inputs: readonly string[]; readonly attributes?: readonly AttributeProto[] },
  ): string {
    this.#nodes.push({ name, op_type: operator, input: inputs, output: [name], attribute: attributes });
    return name;
  }

  floats(name: string, values: Float32Array, dims: readonly number[]): string {
    return this.#constant({ name, dims, data_type: 'FLOAT', raw_data: new Uint8Array(values.slice().buffer) });
  }

  integers(name: string, values: readonly number[]): string {
    const raw_data = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    return this.#constant({ name, dims: [values.length], data_type: 'INT64', raw_data });
  }

  encode(size: OnnxSize | undefined): Uint8Array {
    const value = (name: string): ValueInfoProto => ({
      name,
      type: { tensor_type: { elem_type: 'FLOAT', shape: { dim: [{ dim_value: 1 }, { dim_value: 3 }, ...sides] } } },
    });
    const sides = size
      ? [{ dim_value: size.height }, { dim_value: size.width }]
      : [{ dim_param: 'height' }, { dim_param: 'width' }];
    const graph = {
      name: 'reverie',
      ...{ node: this.#nodes, initializer: this.#initialisers },
      ...{ input: [value(onnxInput)], output: [value(onnxOutput)] },
    };
    return encodeModel(graph, opset, irVersion);
  }

  #constant(tensor: TensorProto): string {
    this.#initialisers.push(tensor);
    return tensor.name;
  }
}
