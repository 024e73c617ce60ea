import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../shared/limits';
import type { WeightDtype } from '../../../shared/manifest';
import { convert, quantise } from '../../../tools/weights/convert';
import { formatReport } from '../../../tools/weights/report';
import { parseSafetensors } from '../../../tools/weights/safetensors';
import { decodeParameters, decodeTensor } from '../../../web/engine/weights/decode';
import { float32Bytes, safetensors, sha } from './support';

const needed = [
  { name: 'conv.weight', shape: [2, 3, 4, 5] },
  { name: 'conv.bias', shape: [5] },
];
const [height, width, inputs, outputs] = [2, 3, 4, 5] as const;
/** Every value tells its place: exact in half precision. */
const valueAt = (o: number, i: number, y: number, x: number) => o * 100 + i * 16 + y * 4 + x;

function oihw(): number[] {
  const values: number[] = [];
  for (let o = 0; o < outputs; o++)
    for (let i = 0; i < inputs; i++)
      for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) values.push(valueAt(o, i, y, x));
  return values;
}

const entry = (dtype: string, shape: number[], begin: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});
const bias = [0.1, 0.2, 0.3, 0.4, 1e6];
const goodFile = () =>
  safetensors(
    {
      __metadata__: { license: 'MIT' },
      'conv.weight': entry('F32', [5, 4, 2, 3], 0, 480),
      'conv.bias': entry('F32', [5], 480, 500),
      'head.steps': entry('I64', [], 500, 508),
    },
    new Uint8Array([...float32Bytes(oihw()), ...float32Bytes(bias), ...new Uint8Array(8)]),
  );

const options = (dtype: WeightDtype) =>
  ({ id: 'tiny', architecture: 'tiny', needed, dtype, license: 'MIT', source: 'a test' }) as const;

describe('convert', () => {
  it('turns OIHW filters into HWIO and leaves out what the architecture does not name', async () => {
    const { manifest, shards, unused } = await convert(parseSafetensors(goodFile()), options('float16'));
    const weight = decodeParameters(manifest, shards).get('conv.weight');
    expect(weight?.shape).toEqual([height, width, inputs, outputs]);
    let at = 0;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let i = 0; i < inputs; i++)
          for (let o = 0; o < outputs; o++) expect(weight?.values[at++]).toBe(valueAt(o, i, y, x));
    expect(unused).toEqual(['head.steps']);
    expect(manifest).toMatchObject({ id: 'tiny', parameters: 125, bytes: 260, license: 'MIT' });
  });

  it.each(['float16', 'uint8'] as const)('keeps biases of a %s network exact', async (dtype) => {
    const { manifest, shards } = await convert(parseSafetensors(goodFile()), options(dtype));
    expect([...(decodeParameters(manifest, shards).get('conv.bias')?.values ?? [])]).toEqual(bias.map(Math.fround));
  });

  it('reads half and bfloat16 files', async () => {
    // 1.5 and -2 in either format, little endian.
    const halves = [0x3e00, 0xc000];
    const brains = [0x3fc0, 0xc000];
    for (const [dtype, bits] of [
      ['F16', halves],
      ['BF16', brains],
    ] as const) {
      const file = safetensors({ b: entry(dtype, [2], 0, 4) }, new Uint8Array(Uint16Array.from(bits).buffer));
      const result = await convert(parseSafetensors(file), {
        ...options('float16'),
        needed: [{ name: 'b', shape: [2] }],
      });
      expect([...(decodeParameters(result.manifest, result.shards).get('b')?.values ?? [])]).toEqual([1.5, -2]);
    }
  });

  it('cuts shards of at most 4 MiB, named by their hash, and tensors run across them', async () => {
    const count = limits.weights.maxShardBytes / 2 + 1000;
    const values = Array.from({ length: count }, (_, i) => (i % 2048) - 1024);
    const file = safetensors({ w: entry('F32', [1, count, 1, 1], 0, count * 4) }, float32Bytes(values));
    const result = await convert(parseSafetensors(file), {
      ...options('float16'),
      needed: [{ name: 'w', shape: [1, 1, count, 1] }],
    });
    expect(result.manifest.shards.map(({ bytes }) => bytes)).toEqual([limits.weights.maxShardBytes, 2000]);
    expect(result.manifest.shards.map(({ sha256 }) => sha256)).toEqual(result.shards.map(sha));
    const decoded = decodeParameters(result.manifest, result.shards).get('w')?.values;
    expect(decoded && values.findIndex((value, i) => decoded[i] !== value)).toBe(-1);
  });

  const dataOf = (values: number) => float32Bytes(Array.from({ length: values }, () => 1));
  it.each<[string, Uint8Array, RegExp]>([
    [
      'a missing tensor',
      safetensors({ 'conv.bias': entry('F32', [5], 0, 20) }, dataOf(5)),
      /conv\.weight is missing: expected \[5, 4, 2, 3\]/,
    ],
    [
      'a tensor in another layout',
      safetensors(
        { 'conv.weight': entry('F32', [2, 3, 4, 5], 0, 480), 'conv.bias': entry('F32', [5], 480, 500) },
        dataOf(125),
      ),
      /conv\.weight has the wrong shape: expected \[5, 4, 2, 3\].*found \[2, 3, 4, 5\]/,
    ],
    [
      'a bias with a further axis',
      safetensors(
        { 'conv.weight': entry('F32', [5, 4, 2, 3], 0, 480), 'conv.bias': entry('F32', [5, 1], 480, 500) },
        dataOf(125),
      ),
      /conv\.bias has the wrong shape: expected \[5\], found \[5, 1\]/,
    ],
    [
      'a dtype that is not read',
      safetensors(
        { 'conv.weight': entry('I32', [5, 4, 2, 3], 0, 480), 'conv.bias': entry('F32', [5], 480, 500) },
        dataOf(125),
      ),
      /conv\.weight is I32/,
    ],
    [
      'a value that is no number',
      safetensors(
        { 'conv.weight': entry('F32', [5, 4, 2, 3], 0, 480), 'conv.bias': entry('F32', [5], 480, 500) },
        float32Bytes([...oihw().slice(1), Number.NaN, ...bias]),
      ),
      /conv\.weight holds NaN at index 119/,
    ],
  ])('refuses %s', async (_, file, message) => {
    const result = convert(parseSafetensors(file), options('float16'));
    await expect(result).rejects.toThrow(message);
    await expect(result).rejects.toMatchObject({ code: 'weights-invalid' });
  });

  it('refuses what half precision cannot hold, and takes the largest that it can', () => {
    const shape = [1, 1, 1, 2];
    expect(() => quantise('w', shape, Float32Array.of(1, -65520), 'float16')).toThrow(/w holds -65520 at index 1/);
    expect(quantise('w', shape, Float32Array.of(1, 65519), 'float16').error.maxAbs).toBe(15);
  });

  it('stops at an abort', async () => {
    const signal = AbortSignal.abort();
    const result = convert(parseSafetensors(goodFile()), { ...options('uint8'), signal });
    await expect(result).rejects.toMatchObject({ code: 'aborted' });
  });

  it('prints a row for every tensor and the totals', async () => {
    const report = formatReport(await convert(parseSafetensors(goodFile()), options('uint8')));
    expect(report).toMatch(/^conv\.weight +2×3×4×5 +uint8 +120 +[\d.e-]+ +[\d.e-]+$/m);
    expect(report).toMatch(/^conv\.bias +5 +float32 +20 +0 +0$/m);
    expect(report).toMatch(/^total +125 +uint8 +140 /m);
    expect(report).toContain('left out, not of this architecture: head.steps');
  });
});

describe('uint8', () => {
  it('is never further off than half a step of its own channel', () => {
    const value = fc.float({ min: -1000, max: 1000, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value, value), { minLength: 2, maxLength: 40 }), (rows) => {
        const values = Float32Array.from(rows.flat());
        const { tensor, bytes } = quantise('w', [1, 1, rows.length, 3], values, 'uint8');
        const decoded = decodeTensor(tensor, bytes);
        for (let c = 0; c < 3; c++) {
          const channel = rows.map((row) => row[c] ?? 0);
          const range = Math.max(...channel) - Math.min(...channel);
          // Float32 rounding of scale, offset and result comes on top.
          const bound = range / 510 + 2 ** -20 * Math.max(...channel.map(Math.abs)) + 2 ** -140;
          rows.forEach((row, i) => {
            expect(Math.abs((decoded[i * 3 + c] ?? 0) - (row[c] ?? 0))).toBeLessThanOrEqual(bound);
          });
        }
      }),
    );
  });

  it('is exact on a channel that is constant', () => {
    const values = Float32Array.of(0.1, 7, 0.1, 8, 0.1, 9);
    const { tensor, bytes } = quantise('w', [1, 1, 3, 2], values, 'uint8');
    const decoded = decodeTensor(tensor, bytes);
    expect([decoded[0], decoded[2], decoded[4]]).toEqual([values[0], values[0], values[0]]);
  });
});
