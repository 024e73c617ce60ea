/** The edge, and workers that do nothing to compare it with, all under `wrangler dev` with the same workerd. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ensureBuilt } from '../../setup/built.mjs';
import { type Edge, freePort, startEdge } from '../../setup/edge.mjs';
import { cache, root } from '../../setup/process.mjs';

export interface Servers {
  readonly edge: Edge;
  /** A Hono app that answers "ok" to everything. */
  readonly empty: Edge;
  /** The same behind the router that a worker with static assets has in front of it. */
  readonly routed: Edge;
}

const app = "import { Hono } from 'hono';\nexport default new Hono().all('*', (c) => c.text('ok'));\n";
const assets = `[assets]
directory = ${JSON.stringify(path.join(root, 'web/dist'))}
binding = "ASSETS"
run_worker_first = ["/api/*", "/s/*"]
`;

/** Runs `measure` beside fresh servers with storage of their own in a folder, and takes everything away again. */
export async function withServers<T>(measure: (servers: Servers, folder: string) => Promise<T>): Promise<T> {
  await ensureBuilt('site');
  await mkdir(cache, { recursive: true });
  // Inside the checkout, where the empty worker finds Hono.
  const folder = await mkdtemp(path.join(cache, 'bench-edge-'));
  const started: Edge[] = [];
  const start = async (name: string, extra?: string): Promise<Edge> => {
    const own = path.join(folder, name);
    const config = path.join(own, 'wrangler.toml');
    const state = path.join(own, 'state');
    await mkdir(own);
    if (extra !== undefined) {
      await writeFile(path.join(own, 'index.ts'), app);
      await writeFile(config, `name = "${name}"\nmain = "index.ts"\ncompatibility_date = "2026-04-01"\n${extra}`);
    }
    const edge = await startEdge({ port: await freePort(), state, ...(extra !== undefined && { config }) });
    started.push(edge);
    return edge;
  };
  try {
    const servers = {
      edge: await start('edge'),
      empty: await start('empty', ''),
      routed: await start('routed', assets),
    };
    return await measure(servers, folder);
  } finally {
    await Promise.all(started.map((edge) => edge.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}
