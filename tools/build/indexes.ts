/**
 * What the edge lists: every weights manifest and every style preset in `web/public`, checked against its
 * schema and its blobs when the site is built, so that nothing needs checking when it is served.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import type { Plugin } from 'vite';
import { type WeightsManifest, weightsManifestSchema } from '../../shared/manifest';
import { type PresetIndex, presetIndexSchema } from '../../shared/preset';
import { sha256Of } from '../files';

/** Where the Worker finds the lists among the static assets. */
export const indexFiles = { networks: 'weights/index.json', presets: 'presets/index.json' } as const;

/** A Vite plugin that checks `public` and emits the lists into the build. */
export function servedIndexes(): Plugin {
  let publicDir = '';
  return {
    name: 'reverie:served-indexes',
    apply: 'build',
    configResolved(config) {
      publicDir = config.publicDir;
    },
    buildStart() {
      for (const folder of ['weights', 'presets']) {
        for (const file of listJson(path.join(publicDir, folder))) this.addWatchFile(file);
      }
    },
    generateBundle() {
      const networks = readManifests(publicDir);
      this.emitFile({ type: 'asset', fileName: indexFiles.networks, source: JSON.stringify({ networks }) });
      // A committed index is copied with the rest of `public`; an empty one stands in while there is none.
      const presets = readPresets(publicDir);
      if (presets.presets.length === 0) {
        this.emitFile({ type: 'asset', fileName: indexFiles.presets, source: JSON.stringify(presets) });
      }
    },
  };
}

/** Every manifest under `<publicDir>/weights`, by id. Throws when one is invalid or a shard is missing or altered. */
export function readManifests(publicDir: string): WeightsManifest[] {
  const folder = path.join(publicDir, 'weights');
  return listJson(folder).map((file) => {
    const manifest = parse(weightsManifestSchema, file);
    const name = path.basename(file, '.json');
    if (name !== manifest.id) throw new Error(`${file}: holds the manifest of "${manifest.id}"`);
    // Of a network that is served from R2 no shard is in the build.
    if (manifest.store !== 'r2') for (const shard of manifest.shards) checkBlob(folder, shard, file);
    return manifest;
  });
}

/** The committed preset index, or an empty one. Throws when it is invalid or a file it names is missing or altered. */
export function readPresets(publicDir: string): PresetIndex {
  const folder = path.join(publicDir, 'presets');
  const file = path.join(folder, 'index.json');
  if (!existsSync(file)) return { format: 'reverie-presets/1', presets: [] };
  const index = parse(presetIndexSchema, file);
  const ids = new Set<string>();
  for (const preset of index.presets) {
    if (ids.has(preset.id)) throw new Error(`${file}: preset "${preset.id}" is listed twice`);
    ids.add(preset.id);
    if (!existsSync(path.join(folder, preset.thumbnail))) throw new Error(`${file}: ${preset.thumbnail} is missing`);
    for (const statistics of preset.statistics) checkBlob(folder, statistics, file);
  }
  return index;
}

function listJson(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'index.json');
  return names.sort().map((name) => path.join(folder, name));
}

function parse<S extends v.GenericSchema>(schema: S, file: string): v.InferOutput<S> {
  const result = v.safeParse(schema, JSON.parse(readFileSync(file, 'utf8')));
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new Error(`${file}: ${v.getDotPath(issue) ?? 'value'}: ${issue.message}`);
}

function checkBlob(folder: string, blob: { sha256: string; bytes: number }, namedBy: string): void {
  const file = path.join(folder, `${blob.sha256}.bin`);
  if (!existsSync(file)) throw new Error(`${namedBy}: ${blob.sha256}.bin is missing`);
  const content = readFileSync(file);
  const sha256 = sha256Of(content);
  if (content.length !== blob.bytes || sha256 !== blob.sha256) {
    throw new Error(`${namedBy}: ${blob.sha256}.bin is not what its name and size say`);
  }
}
