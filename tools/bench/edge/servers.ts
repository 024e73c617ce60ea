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
  /**
   * The same with what the edge has around it: the router before static files, the same files, a database and a bucket.
   * `/s/row` reads a row, `/s/object` a row and an object, which is put there first; anything else below `/s/` is "ok".
   */
  readonly bare: Edge;
}

const app = `import { Hono } from 'hono';
const row = (env) => env.DB.prepare('SELECT 1 AS one').first('one');
export default new Hono()
  .get('/s/row', async (c) => c.text(String(await row(c.env))))
  .get('/s/object', async (c) => {
    await row(c.env);
    return new Response((await c.env.MEDIA.get('object')).body);
  })
  .put('/s/object', async (c) => {
    await c.env.MEDIA.put('object', await c.req.arrayBuffer());
    return c.text('ok');
  })
  .all('*', (c) => c.text('ok'));
`;
const around = `[assets]
directory = ${JSON.stringify(path.join(root, 'web/dist'))}
binding = "ASSETS"
run_worker_first = ["/api/*", "/s/*", "!/weights/*"]
[[d1_databases]]
binding = "DB"
database_name = "bare"
database_id = "00000000-0000-0000-0000-000000000001"
[[r2_buckets]]
binding = "MEDIA"
bucket_name = "bare"
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
      bare: await start('bare', around),
    };
    return await measure(servers, folder);
  } finally {
    await Promise.all(started.map((edge) => edge.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}
