/** What the Worker lists is what the deployment serves: schema, blobs and hashes agree. */
import { env, exports } from 'cloudflare:workers';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { weightPaths, weightsManifestSchema } from '../../shared/manifest';
import { presetIndexSchema, presetPaths } from '../../shared/preset';

const origin = 'https://reverie.test';

async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function asset(path: string): Promise<ArrayBuffer> {
  const response = await env.ASSETS.fetch(`${origin}${path}`);
  expect(response.status, path).toBe(200);
  return response.arrayBuffer();
}

describe('GET /api/networks', () => {
  it('lists valid manifests whose shards are served under their own hash', async () => {
    const response = await exports.default.fetch(new Request(`${origin}${weightPaths.index}`));
    const schema = v.strictObject({ networks: v.pipe(v.array(weightsManifestSchema), v.minLength(1)) });
    const { networks } = v.parse(schema, await response.json());
    expect(networks.map(({ id }) => id)).toContain('reverie-vgg');
    for (const manifest of networks) {
      expect(JSON.parse(new TextDecoder().decode(await asset(weightPaths.manifest(manifest.id))))).toEqual(manifest);
      for (const shard of manifest.shards) {
        const bytes = await asset(weightPaths.shard(shard.sha256));
        expect(bytes.byteLength).toBe(shard.bytes);
        expect(await sha256(bytes)).toBe(shard.sha256);
      }
    }
  });
});

describe('GET /api/presets', () => {
  it('lists valid presets whose statistics and thumbnails are served', async () => {
    const response = await exports.default.fetch(new Request(`${origin}${presetPaths.index}`));
    const { presets } = v.parse(presetIndexSchema, await response.json());
    expect(presets.length).toBeGreaterThan(0);
    for (const preset of presets) {
      expect((await asset(presetPaths.file(preset.thumbnail))).byteLength).toBeGreaterThan(100);
      for (const { sha256: name, bytes } of preset.statistics) {
        const blob = await asset(presetPaths.blob(name));
        expect(blob.byteLength).toBe(bytes);
        expect(await sha256(blob)).toBe(name);
      }
    }
  });
});
