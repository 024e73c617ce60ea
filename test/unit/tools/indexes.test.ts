import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WeightsManifest } from '../../../shared/manifest';
import type { Preset } from '../../../shared/preset';
import { readManifests, readPresets } from '../../../tools/build/indexes';

const blob = Buffer.from([1, 2, 3, 4]);
const sha256 = createHash('sha256').update(blob).digest('hex');

const manifest: WeightsManifest = {
  format: 'reverie-weights/1',
  id: 'tiny',
  architecture: 'tiny',
  dtype: 'float16',
  license: 'MIT',
  source: 'made for this test',
  parameters: 2,
  bytes: 4,
  shards: [{ sha256, bytes: 4 }],
  tensors: [{ name: 'conv1_1.bias', shape: [2], dtype: 'float16', offset: 0, bytes: 4 }],
};

const preset: Preset = {
  id: 'waves',
  work: 'Waves',
  painter: 'Nobody',
  year: 1900,
  aspect: 1.5,
  colour: '#336699',
  thumbnail: 'waves.webp',
  statistics: [
    { network: 'tiny', weights: sha256, layers: [{ layer: 'relu1_1', channels: 1 }], scales: [64], sha256, bytes: 4 },
  ],
};

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'reverie-indexes-'));
  for (const name of ['weights', 'presets']) mkdirSync(path.join(folder, name));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(file: string, content: unknown): void {
  writeFileSync(path.join(folder, file), Buffer.isBuffer(content) ? content : JSON.stringify(content));
}

describe('readManifests', () => {
  it('lists every manifest beside its shards, and skips a list left there by an earlier build', () => {
    put(`weights/${sha256}.bin`, blob);
    put('weights/tiny.json', manifest);
    put('weights/index.json', { networks: [] });
    expect(readManifests(folder)).toEqual([manifest]);
  });

  it('lists nothing where there is nothing', () => {
    expect(readManifests(path.join(folder, 'weights'))).toEqual([]);
  });

  it('refuses a manifest whose shard is missing', () => {
    put('weights/tiny.json', manifest);
    expect(() => readManifests(folder)).toThrow(`${sha256}.bin is missing`);
  });

  it('refuses a shard with one byte changed, and one cut short', () => {
    put('weights/tiny.json', manifest);
    for (const wrong of [Buffer.from([1, 2, 3, 5]), blob.subarray(0, 3)]) {
      put(`weights/${sha256}.bin`, wrong);
      expect(() => readManifests(folder)).toThrow('is not what its name and size say');
    }
  });

  it('refuses a manifest with an unknown field, naming file and field', () => {
    put(`weights/${sha256}.bin`, blob);
    put('weights/tiny.json', { ...manifest, colour: 'red' });
    expect(() => readManifests(folder)).toThrow(/tiny\.json: colour/);
  });

  it('refuses a manifest under the name of another', () => {
    put(`weights/${sha256}.bin`, blob);
    put('weights/other.json', manifest);
    expect(() => readManifests(folder)).toThrow('holds the manifest of "tiny"');
  });
});

describe('readPresets', () => {
  const index = { format: 'reverie-presets/1', presets: [preset] };

  it('reads an index whose thumbnails and statistics are there', () => {
    put('presets/index.json', index);
    put('presets/waves.webp', blob);
    put(`presets/${sha256}.bin`, blob);
    expect(readPresets(folder)).toEqual(index);
  });

  it('is empty where there is no index', () => {
    expect(readPresets(folder).presets).toEqual([]);
  });

  it('refuses a missing thumbnail, missing statistics and an id given twice', () => {
    put('presets/index.json', index);
    expect(() => readPresets(folder)).toThrow('waves.webp is missing');
    put('presets/waves.webp', blob);
    expect(() => readPresets(folder)).toThrow(`${sha256}.bin is missing`);
    put(`presets/${sha256}.bin`, blob);
    put('presets/index.json', { ...index, presets: [preset, preset] });
    expect(() => readPresets(folder)).toThrow('listed twice');
  });
});
