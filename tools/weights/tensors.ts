/** Tensors of a safetensors file as float32 in the engine's layout, checked against what is expected. */
import { ReverieError } from '../../shared/errors';
import { type Architecture, type ParameterShape, parameterShapes } from '../../web/engine/network/layers';
import type { Parameters } from '../../web/engine/network/parameters';
import { decodeFloat16 } from '../../web/engine/weights';
import type { SafeTensor, SafetensorsFile } from './safetensors';

/** Axis order of the file's tensors, counted in the engine's axes: PyTorch's OIHW for filters; metrics are symmetric. */
const fileAxes: Readonly<Record<number, readonly number[]>> = { 1: [0], 2: [0, 1], 4: [3, 2, 0, 1] };

/**
 * One tensor that an architecture needs, in the engine's layout.
 * @param needed name, and shape in the engine's layout: HWIO for filters.
 * @throws ReverieError `weights-invalid` if it is missing, or its shape, dtype or a value is wrong.
 */
export function readTensor(file: SafetensorsFile, needed: ParameterShape): Float32Array {
  const { name, shape } = needed;
  const axes = fileAxes[shape.length];
  if (!axes) throw new ReverieError('internal', `${name}: tensors of rank ${shape.length} have no file layout.`);
  const expected = axes.map((axis) => shape[axis] ?? 1);
  const tensor = file.tensors.get(name);
  const wants = `expected [${expected.join(', ')}]${shape.length === 4 ? ' (out, in, height, width)' : ''}`;
  if (!tensor) {
    throw invalid(`${name} is missing: ${wants}, found no tensor of that name among ${file.tensors.size}`);
  }
  if (tensor.shape.join() !== expected.join()) {
    throw invalid(`${name} has the wrong shape: ${wants}, found [${tensor.shape.join(', ')}]`);
  }
  const values = toFloat32(name, tensor);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw invalid(`${name} holds ${values[bad]} at index ${bad}`);
  return shape.length === 4 ? oihwToHwio(values, expected) : values;
}

/**
 * Every tensor that an architecture takes, for measuring with the network as it is in the file.
 * @throws ReverieError `weights-invalid`
 */
export function readParameters(file: SafetensorsFile, architecture: Architecture): Parameters {
  const there = parameterShapes(architecture).filter(({ name, optional }) => !optional || file.tensors.has(name));
  return new Map(
    there.map((parameter) => [parameter.name, { shape: parameter.shape, values: readTensor(file, parameter) }]),
  );
}

function toFloat32(name: string, { dtype, bytes }: SafeTensor): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (dtype) {
    case 'F32':
      return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
    case 'F16':
      return decodeFloat16(bytes);
    case 'BF16': {
      // The upper half of a float32.
      const out = new Float32Array(bytes.length / 2);
      const bits = new Uint32Array(out.buffer);
      for (let i = 0; i < bits.length; i++) bits[i] = view.getUint16(2 * i, true) << 16;
      return out;
    }
    default:
      throw invalid(`${name} is ${dtype}; F32, F16 and BF16 are read. Export it as one of these`);
  }
}

/** Filters from PyTorch's order to TensorFlow's. */
export function oihwToHwio(values: Float32Array, oihw: readonly number[]): Float32Array {
  const [outputs = 1, inputs = 1, height = 1, width = 1] = oihw;
  const area = height * width;
  const result = new Float32Array(values.length);
  let at = 0;
  for (let pixel = 0; pixel < area; pixel++) {
    for (let input = 0; input < inputs; input++) {
      for (let output = 0; output < outputs; output++) {
        result[at++] = values[(output * inputs + input) * area + pixel] ?? 0;
      }
    }
  }
  return result;
}

const invalid = (detail: string) =>
  new ReverieError('weights-invalid', `${detail}. Check that the file is of this architecture.`);
