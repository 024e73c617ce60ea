import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { parseWeightsManifest } from '../../../shared/manifest';
import { testNetwork } from './support';

type Json = Record<string, unknown>;
const good = () => structuredClone(testNetwork().manifest) as unknown as Json;
const tensor = (manifest: Json, i: number) => (manifest.tensors as Json[])[i] as Json;
const shard = (manifest: Json, i: number) => (manifest.shards as Json[])[i] as Json;

describe('parseWeightsManifest', () => {
  it('accepts a manifest that adds up', () => {
    expect(parseWeightsManifest(good())).toEqual(testNetwork().manifest);
  });

  it.each<[string, (manifest: Json) => void, RegExp]>([
    ['an unknown field', (m) => Object.assign(m, { extra: 1 }), /extra/],
    ['another format', (m) => Object.assign(m, { format: 'reverie-weights/2' }), /format/],
    ['an id that leaves the folder', (m) => Object.assign(m, { id: '../secret' }), /id/],
    ['no tensors', (m) => Object.assign(m, { tensors: [] }), /tensors/],
    ['a name twice', (m) => Object.assign(tensor(m, 1), { name: 'conv.weight' }), /conv\.weight is listed twice/],
    ['a wrong size', (m) => Object.assign(tensor(m, 0), { shape: [3, 3, 1, 5] }), /conv\.weight.*90 bytes, not 72/],
    ['a gap', (m) => Object.assign(tensor(m, 1), { offset: 74 }), /conv\.bias starts at byte 74/],
    ['an overlap', (m) => Object.assign(tensor(m, 1), { offset: 70 }), /conv\.bias starts at byte 70/],
    ['a wrong total', (m) => Object.assign(m, { bytes: 81 }), /81/],
    ['a wrong count', (m) => Object.assign(m, { parameters: 41 }), /41/],
    ['a short shard', (m) => Object.assign(shard(m, 0), { bytes: 30 }), /shards hold 79/],
    ['a hash that is none', (m) => Object.assign(shard(m, 0), { sha256: '../../etc/passwd' }), /sha256/],
    ['too big a shard', (m) => Object.assign(shard(m, 0), { bytes: limits.weights.maxShardBytes + 1 }), /bytes/],
    [
      'scales without uint8',
      (m) => Object.assign(tensor(m, 0), { scale: [1, 1, 1, 1] }),
      /conv\.weight: float16 needs no/,
    ],
    [
      'uint8 with a scale too few',
      (m) => {
        Object.assign(tensor(m, 1), { dtype: 'uint8', bytes: 4, scale: [1, 1, 1], offsets: [0, 0, 0, 0] });
        Object.assign(m, { bytes: 76 });
      },
      /conv\.bias: uint8 needs 4 scales/,
    ],
  ])('refuses %s and says so', (_, spoil, message) => {
    const manifest = good();
    spoil(manifest);
    expect(() => parseWeightsManifest(manifest)).toThrow(message);
    expect(() => parseWeightsManifest(manifest)).toThrow(expect.objectContaining({ code: 'weights-invalid' }));
  });

  it('answers anything at all with a manifest or a ReverieError', () => {
    const check = (value: unknown) => {
      try {
        parseWeightsManifest(value);
      } catch (error) {
        expect(error).toBeInstanceOf(ReverieError);
      }
    };
    fc.assert(fc.property(fc.anything(), check));
    const paths = [['id'], ['bytes'], ['shards'], ['shards', 0], ['tensors', 0, 'shape'], ['tensors', 1, 'offset']];
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.anything(), (path, value) => {
        const manifest = good();
        const parent = path.slice(0, -1).reduce<Json>((at, key) => at[key] as Json, manifest);
        parent[path.at(-1) ?? ''] = value;
        check(manifest);
      }),
      { numRuns: 500 },
    );
  });
});
