import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReverieError } from '../../../shared/errors';
import { parseSafetensors } from '../../../tools/weights/safetensors';
import { float32Bytes, safetensors } from './support';

const data = float32Bytes([1, 2, 3, 4, 5, 6]);
const a = { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] };
const b = { dtype: 'F32', shape: [2], data_offsets: [16, 24] };

const withLength = (length: bigint) => {
  const file = safetensors({ a, b }, data);
  new DataView(file.buffer).setBigUint64(0, length, true);
  return file;
};

describe('parseSafetensors', () => {
  it('finds the tensors and the metadata', () => {
    const file = parseSafetensors(safetensors({ __metadata__: { license: 'MIT' }, b, a }, data));
    expect(file.metadata.license).toBe('MIT');
    expect(file.tensors.get('b')).toMatchObject({ dtype: 'F32', shape: [2] });
    expect([...(file.tensors.get('b')?.bytes ?? [])]).toEqual([...data.subarray(16)]);
  });

  it('reads a file that does not start at its buffer’s beginning', () => {
    const file = safetensors({ a, b }, data);
    const shifted = new Uint8Array(file.length + 3);
    shifted.set(file, 3);
    expect(parseSafetensors(shifted.subarray(3)).tensors.size).toBe(2);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(0), /0 bytes/],
    ['a file shorter than a length', new Uint8Array(7), /7 bytes/],
    ['a header longer than the file', withLength(10_000n), /claims 10000 bytes/],
    ['a header of absurd length', withLength(2n ** 64n - 1n), /claims 18446744073709551615 bytes/],
    ['a header that is not JSON', safetensors('{"a":', data), /not JSON/],
    ['a header that is a list', safetensors([a], data), /no object/],
    ['a header that is null', safetensors('null', data), /no object/],
    ['metadata of another kind', safetensors({ __metadata__: { n: 1 }, a, b }, data), /__metadata__/],
    ['an entry that is no object', safetensors({ a: 1, b }, data), /tensor a/],
    ['an unknown dtype', safetensors({ a: { ...a, dtype: 'F13' }, b }, data), /tensor a has the unknown dtype F13/],
    ['a negative side', safetensors({ a: { ...a, shape: [-2, -2] }, b }, data), /tensor a: shape/],
    ['a side that is no integer', safetensors({ a: { ...a, shape: [0.5, 8] }, b }, data), /tensor a: shape/],
    ['a shape beyond its range', safetensors({ a: { ...a, shape: [3, 2] }, b }, data), /tensor a.*24 bytes.*16/],
    ['a range that runs backwards', safetensors({ a: { ...a, data_offsets: [16, 0] }, b }, data), /tensor a.*-16/],
    ['overlapping ranges', safetensors({ a, b: { ...b, data_offsets: [12, 20] } }, data), /tensors a and b overlap/],
    ['the same range twice', safetensors({ a, c: a, b }, data), /overlap/],
    ['a hole', safetensors({ b }, data), /16 unused bytes before tensor b/],
    ['bytes left over', safetensors({ a }, data), /8 unused bytes after a/],
    ['data cut short', safetensors({ a, b }, data.subarray(0, 20)), /tensor b ends at byte 24.*cut short/],
  ])('refuses %s', (_, file, message) => {
    expect(() => parseSafetensors(file)).toThrow(message);
    expect(() => parseSafetensors(file)).toThrow(expect.objectContaining({ code: 'weights-invalid' }));
  });

  const outcome = (file: Uint8Array) => {
    try {
      return parseSafetensors(file);
    } catch (error) {
      expect(error).toBeInstanceOf(ReverieError);
      return error;
    }
  };

  it('refuses every truncation of a good file', () => {
    const file = safetensors({ a, b }, data);
    for (let length = 0; length < file.length; length++) {
      expect(outcome(file.subarray(0, length))).toBeInstanceOf(ReverieError);
    }
  });

  it('survives any bytes changed anywhere', () => {
    const file = safetensors({ __metadata__: { license: 'MIT' }, a, b }, data);
    const change = fc.tuple(fc.nat(file.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const broken = file.slice();
        for (const [at, byte] of changes) broken[at] = byte;
        outcome(broken);
      }),
      { numRuns: 2000 },
    );
  });

  it('survives any header', () => {
    const entry = fc.record({
      dtype: fc.constantFrom('F32', 'F16', 'I64', ''),
      shape: fc.array(fc.integer()),
      data_offsets: fc.array(fc.double()),
    });
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(entry, fc.jsonValue())), (header) => {
        outcome(safetensors(header, data));
      }),
      { numRuns: 500 },
    );
  });
});
