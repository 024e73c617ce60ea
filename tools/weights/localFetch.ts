/**
 * `fetch` for what the edge serves as static files, from a folder on disk: the loader that runs in the
 * browser runs in Node unchanged, on the command line and in tests, without any server.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { weightPaths } from '../../shared/manifest';
import { presetPaths } from '../../shared/preset';
import type { Fetch } from '../../web/engine/weights';
import { readManifests, readPresets } from '../build/indexes';

const types: Readonly<Record<string, string>> = { '.json': 'application/json', '.bin': 'application/octet-stream' };

/**
 * Serves `/weights/*`, `/presets/*` and the two lists made from them, under any origin; and `/w/*`, what the edge has in R2.
 * @param folder what the edge's assets are built from: `web/public`.
 * @param networks where the shards lie that were uploaded to R2.
 */
export function localFetch(folder: string, networks = path.join(folder, '../../networks')): Fetch {
  const root = path.resolve(folder);
  const inR2 = /^\/w\/([0-9a-f]{64}\.bin)$/;
  return async (url, init) => {
    init?.signal?.throwIfAborted();
    const pathname = decodeURIComponent(new URL(url, 'http://localhost').pathname);
    if (pathname === weightPaths.index) return Response.json({ networks: readManifests(root) });
    if (pathname === presetPaths.index) return Response.json(readPresets(root));
    const [, shard] = inR2.exec(pathname) ?? [];
    const file = shard ? path.resolve(networks, shard) : path.join(root, pathname);
    const served =
      shard !== undefined || ['weights', 'presets'].some((name) => file.startsWith(path.join(root, name) + path.sep));
    const bytes = served ? await readFile(file).catch(() => undefined) : undefined;
    if (!bytes) return new Response(`No ${pathname} here.`, { status: 404 });
    const type = types[path.extname(file)] ?? 'application/octet-stream';
    return new Response(bytes, { headers: { 'content-type': type, 'content-length': String(bytes.length) } });
  };
}
