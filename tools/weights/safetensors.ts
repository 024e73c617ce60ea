/**
 * The safetensors container: 8 bytes little-endian header length, a JSON header, then the tensors' bytes.
 * The file may come from anywhere, so every number in it is checked before it is used.
 * Format: https://github.com/huggingface/safetensors (README, "Format").
 */
import * as v from 'valibot';
import { ReverieError } from '../../shared/errors';
import { sizeOf } from '../../shared/manifest';
import { type Architecture, type ParameterShape, parameterShapes } from '../../web/engine/network/layers';
import type { Parameters } from '../../web/engine/network/parameters';
import { decodeFloat16 } from '../../web/engine/weights';

/** Bytes per value of every dtype of the format; the importer reads three of them, the rest may lie beside. */
const itemBytes: ReadonlyMap<string, number> = new Map([
  ...(['BOOL', 'U8', 'I8', 'F8_E4M3', 'F8_E5M2'] as const).map((dtype) => [dtype, 1] as const),
  ...(['U16', 'I16', 'F16', 'BF16'] as const).map((dtype) => [dtype, 2] as const),
  ...(['U32', 'I32', 'F32'] as const).map((dtype) => [dtype, 4] as const),
  ...(['U64', 'I64', 'F64'] as const).map((dtype) => [dtype, 8] as const),
]);

/** The reference implementation's own bound. */
const maxHeaderBytes = 100_000_000;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const entrySchema = v.strictObject({
  dtype: v.string(),
  shape: v.array(count),
  /** From the end of the header, end exclusive. */
  data_offsets: v.tuple([count, count]),
});
const metadataSchema = v.record(v.string(), v.string());

export interface SafeTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export interface SafetensorsFile {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, SafeTensor>;
}

/** @throws ReverieError `weights-invalid`, naming what is wrong and where. */
export function parseSafetensors(file: Uint8Array): SafetensorsFile {
  const { header, data } = splitHeader(file);
  const { __metadata__, ...rest } = header;
  const metadata = v.safeParse(metadataSchema, __metadata__ ?? {});
  if (!metadata.success) throw invalid('its __metadata__ is not a map of strings');

  const tensors = new Map<string, SafeTensor>();
  const ranges: { name: string; begin: number; end: number }[] = [];
  for (const [name, value] of Object.entries(rest)) {
    const entry = v.safeParse(entrySchema, value);
    if (!entry.success) {
      const [issue] = entry.issues;
      throw invalid(`tensor ${name}: ${v.getDotPath(issue) ?? 'entry'}: ${issue.message}`);
    }
    const { dtype, shape, data_offsets } = entry.output;
    const [begin, end] = data_offsets;
    const width = itemBytes.get(dtype);
    if (width === undefined) throw invalid(`tensor ${name} has the unknown dtype ${dtype}`);
    const expected = sizeOf(shape) * width;
    if (end - begin !== expected) {
      throw invalid(
        `tensor ${name}: ${dtype} [${shape.join(', ')}] takes ${expected} bytes, its range has ${end - begin}`,
      );
    }
    if (end > data.length) {
      throw invalid(`tensor ${name} ends at byte ${end} of the data, which has ${data.length}; the file is cut short`);
    }
    tensors.set(name, { dtype, shape, bytes: data.subarray(begin, end) });
    ranges.push({ name, begin, end });
  }
  checkRanges(ranges, data.length);
  return { metadata: metadata.output, tensors };
}

function splitHeader(file: Uint8Array): { header: Record<string, unknown>; data: Uint8Array } {
  if (file.length < 8) throw invalid(`it has ${file.length} bytes; its header alone has more`);
  const length = new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(Math.min(maxHeaderBytes, file.length - 8))) {
    throw invalid(`its header claims ${length} bytes, the whole file has ${file.length}`);
  }
  const end = 8 + Number(length);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(8, end)));
  } catch (cause) {
    throw new ReverieError('weights-invalid', message('its header is not JSON'), { cause });
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) throw invalid('its header is no object');
  return { header: header as Record<string, unknown>, data: file.subarray(end) };
}

/** The format allows neither overlaps nor holes: either hides data, or shows the same data twice. */
function checkRanges(ranges: { name: string; begin: number; end: number }[], total: number): void {
  ranges.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let end = 0;
  let before = 'the header';
  for (const range of ranges) {
    if (range.begin < end) throw invalid(`tensors ${before} and ${range.name} overlap`);
    if (range.begin > end) throw invalid(`there are ${range.begin - end} unused bytes before tensor ${range.name}`);
    end = range.end;
    before = range.name;
  }
  if (end < total) throw invalid(`there are ${total - end} unused bytes after ${before}`);
}

const message = (detail: string) => `This is not a valid safetensors file: ${detail}. Download or export it again.`;
const invalid = (detail: string) => new ReverieError('weights-invalid', message(detail));

// Tensors of a safetensors file as float32 in the engine's layout, checked against what is expected.

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
    throw mismatch(`${name} is missing: ${wants}, found no tensor of that name among ${file.tensors.size}`);
  }
  if (tensor.shape.join() !== expected.join()) {
    throw mismatch(`${name} has the wrong shape: ${wants}, found [${tensor.shape.join(', ')}]`);
  }
  const values = toFloat32(name, tensor);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw mismatch(`${name} holds ${values[bad]} at index ${bad}`);
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
      throw mismatch(`${name} is ${dtype}; F32, F16 and BF16 are read. Export it as one of these`);
  }
}

/** Filters from PyTorch's order to TensorFlow's. */
function oihwToHwio(values: Float32Array, oihw: readonly number[]): Float32Array {
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

const mismatch = (detail: string) =>
  new ReverieError('weights-invalid', `${detail}. Check that the file is of this architecture.`);

// Names of torchvision and timm: they number the layers of a network (`features.0.weight`), we name them
// (`conv1_1.weight`). A file in their names is read as one in ours.

/** The file with our names; as it is when it has them already, or when the architecture is none of torchvision's. */
export function inOurNames(file: SafetensorsFile, architecture: Architecture): SafetensorsFile {
  const names = torchvisionNames(architecture);
  const [first] = names.keys();
  if (first === undefined || !file.tensors.has(`${first}.weight`)) return file;
  const tensors = new Map(
    [...file.tensors].map(([name, tensor]) => {
      const [, layer = name, kind = ''] = /^(.*)(\.(?:weight|bias))$/.exec(name) ?? [];
      return [(names.get(layer) ?? layer) + kind, tensor] as const;
    }),
  );
  return { ...file, tensors };
}

/** Torchvision's name of every convolution → ours. */
export function torchvisionNames({ id, nodes }: Architecture): ReadonlyMap<string, string> {
  if (id === 'squeezenet1_1') return squeezeNetNames;
  if (!id.startsWith('vgg')) return new Map();
  const names = new Map<string, string>();
  // A convolution and its ReLU count as two layers, a pooling as one.
  let index = 0;
  for (const { name, layer } of nodes) {
    if (layer.kind === 'pool') index += 1;
    if (layer.kind !== 'conv' || !layer.relu) continue;
    names.set(`features.${index}`, name);
    index += 2;
  }
  return names;
}

/** Fire modules at these places; pooling lies between. */
const fires = [3, 4, 6, 7, 9, 10, 11, 12];

const squeezeNetNames: ReadonlyMap<string, string> = new Map([
  ['features.0', 'conv1'],
  ...fires.flatMap((place, i) =>
    ['squeeze', 'expand1x1', 'expand3x3'].map((part) => [`features.${place}.${part}`, `fire${i + 2}.${part}`] as const),
  ),
  ['classifier.1', 'conv10'],
]);
