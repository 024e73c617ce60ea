/**
 * A fast-style network as an ONNX model, so that another runtime can be asked what it makes of it, and how fast. One
 * node per operation as the stages name them: enlarge, mirror, convolve, normalise, add, activate.
 */
import type { TransformerConfiguration } from '../../shared/transformer';
import { normalisationEpsilon } from '../../web/engine/transformer/normalisation';
import { blendStyles, layoutOf, type TransformerParameters } from '../../web/engine/transformer/parameters';
import type { Stage } from '../../web/engine/transformer/stages';
import { type AttributeProto, encodeModel } from './schema';

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
    const norm = running ? 'BatchNormalization' : 'InstanceNormalization';
    const epsilon: AttributeProto = { name: 'epsilon', type: 'FLOAT', f: normalisationEpsilon };
    x = graph.node(norm, `${stage.name}.norm`, [convolved, ...style, ...statistics], [epsilon]);
    if (stage.residual === 'close') x = graph.node('Add', `${stage.name}.add`, [x, kept]);
    if (stage.activation === 'relu') x = graph.node('Relu', `${stage.name}.relu`, [x]);
    if (stage.activation === 'sigmoid') x = graph.node('Sigmoid', `${stage.name}.sigmoid`, [x]);
  }
  graph.node('Identity', onnxOutput, [x]);
  return graph.encode(size);
}

function convolve(graph: Graph, { name, up, kernel, channels, stride, padding }: Stage, input: string, filter: string) {
  const { mode, top, bottom, left, right } = padding;
  const [shape, strides] = [ints('kernel_shape', kernel), ints('strides', [stride, stride])];
  const zeros = [top, left, bottom, right];
  if (up === 'transposed') {
    return graph.node('ConvTranspose', `${name}.conv`, [input, filter], [shape, strides, ints('pads', zeros)]);
  }
  let x = input;
  if (up !== 'none') {
    const factors = graph.floats(`${name}.factors`, Float32Array.of(1, 1, 2, 2), [4]);
    const how =
      up === 'resize'
        ? [text('mode', 'nearest'), text('coordinate_transformation_mode', 'asymmetric'), text('nearest_mode', 'floor')]
        : [text('mode', 'linear'), text('coordinate_transformation_mode', 'half_pixel')];
    x = graph.node('Resize', `${name}.enlarge`, [x, '', factors], how);
  }
  if (up === 'spline') x = smoothed(graph, name, x, channels[0]);
  if (mode === 'reflect') {
    const sides = graph.integers(`${name}.pads`, [0, 0, top, left, 0, 0, bottom, right]);
    x = graph.node('Pad', `${name}.pad`, [x, sides], [text('mode', 'reflect')]);
  } else if (mode !== 'zero') throw new RangeError(`ONNX export knows no ${mode} padding`);
  const pads = ints('pads', mode === 'zero' ? zeros : [0, 0, 0, 0]);
  return graph.node('Conv', `${name}.conv`, [x, filter], [shape, strides, pads]);
}

/** By 1 2 1 both ways. */
function smoothed(graph: Graph, name: string, input: string, channels: number): string {
  const square = [1, 2, 1].flatMap((row) => [1, 2, 1].map((column) => (row * column) / 16));
  const filter = Float32Array.from({ length: 9 * channels }, (_, i) => square[i % 9] ?? 0);
  const inputs = [input, graph.floats(`${name}.binomial`, filter, [channels, 1, 3, 3])];
  const group: AttributeProto = { name: 'group', type: 'INT', i: channels };
  return graph.node('Conv', `${name}.smooth`, inputs, [
    ints('kernel_shape', [3, 3]),
    ints('pads', [1, 1, 1, 1]),
    group,
  ]);
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
const text = (name: string, s: string): AttributeProto => ({ name, type: 'STRING', s: new TextEncoder().encode(s) });

/** Nodes in the order in which they run; each has one output, of its own name. */
class Graph {
  readonly #nodes: object[] = [];
  readonly #initialisers: object[] = [];

  /** @returns the name of its output */
  node(operator: string, name: string, input: readonly string[], attribute: readonly AttributeProto[] = []): string {
    this.#nodes.push({ name, op_type: operator, input, output: [name], attribute });
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
    const sides = size
      ? [{ dim_value: size.height }, { dim_value: size.width }]
      : [{ dim_param: 'height' }, { dim_param: 'width' }];
    const shape = { dim: [{ dim_value: 1 }, { dim_value: 3 }, ...sides] };
    const value = (name: string) => [{ name, type: { tensor_type: { elem_type: 'FLOAT', shape } } }];
    const [node, initializer] = [this.#nodes, this.#initialisers];
    const graph = { name: 'reverie', node, initializer, input: value(onnxInput), output: value(onnxOutput) };
    return encodeModel(graph, opset, irVersion);
  }

  #constant(tensor: { readonly name: string; readonly [field: string]: unknown }): string {
    this.#initialisers.push(tensor);
    return tensor.name;
  }
}
