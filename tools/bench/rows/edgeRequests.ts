/** Requests a second of a share page and of a weights shard, against a Hono worker that does nothing, on the same workerd. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { parseWeightsManifest, weightPaths } from '../../../shared/manifest';
import { type CreatedShare, type ShareRequestInput, sharePart, sharePaths } from '../../../shared/share';
import { freePort, startEdge } from '../../setup/edge.mjs';
import { cache, root } from '../../setup/process.mjs';
import type { Row, RowResult } from '../row';
import { median } from '../statistics';
import { formatNumber } from '../table';

const rounds = 5;
const requestsARound = 160;
const atOnce = 8;

async function run(): Promise<RowResult> {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(path.join(cache, 'bench-edge-'));
  const state = path.join(folder, 'state');
  await writeFile(
    path.join(folder, 'index.ts'),
    "import { Hono } from 'hono';\nexport default new Hono().all('*', (c) => c.text('ok'));\n",
  );
  const config = path.join(folder, 'wrangler.toml');
  await writeFile(config, 'name = "empty"\nmain = "index.ts"\ncompatibility_date = "2026-04-01"\n');
  const edge = await startEdge({ port: await freePort(), state });
  const empty = await startEdge({ port: await freePort(), state: path.join(folder, 'empty'), config });
  try {
    const share = await createShare(edge.url);
    const manifest = parseWeightsManifest(
      JSON.parse(await readFile(path.join(root, 'web/public/weights/reverie-fast.json'), 'utf8')),
    );
    const urls = {
      empty: empty.url,
      page: edge.url + share.url,
      shard: edge.url + weightPaths.shard(manifest.shards[0]?.sha256 ?? ''),
    };
    const rates: Record<keyof typeof urls, number[]> = { empty: [], page: [], shard: [] };
    for (let round = 0; round <= rounds; round++) {
      for (const name of Object.keys(urls) as (keyof typeof urls)[]) {
        const rate = await requestsASecond(urls[name]);
        // The first round warms up.
        if (round > 0) rates[name].push(rate);
      }
    }
    const [base, page, shard] = [median(rates.empty), median(rates.page), median(rates.shard)];
    return {
      targets: [
        { name: 'share page against an empty worker', value: page / base, sense: 'at least', bound: 0.5, unit: '×' },
        {
          name: 'weights shard against an empty worker',
          value: shard / base,
          sense: 'at least',
          bound: 0.5,
          unit: '×',
        },
      ],
      tables: [
        {
          columns: ['', 'requests a second'],
          rows: [
            ['empty Hono worker', formatNumber(base)],
            ['share page', formatNumber(page)],
            ['weights shard', formatNumber(shard)],
          ],
        },
      ],
      notes: [
        'D1 and R2 are Miniflare’s, beside workerd; in production a page reads D1 over the network once.',
        `${rounds} rounds of ${requestsARound} requests, ${atOnce} at a time, in turns; medians. Client and both servers share this machine.`,
      ],
      numbers: { rates },
    };
  } finally {
    await Promise.all([edge.stop(), empty.stop()]);
    await rm(folder, { recursive: true, force: true });
  }
}

async function requestsASecond(url: string): Promise<number> {
  let left = requestsARound;
  const started = performance.now();
  const visitor = async () => {
    while (left-- > 0) {
      // Each a network of its own: what limits one network is not what is measured.
      const address = `10.${Math.floor(Math.random() * 256)}.${Math.floor(Math.random() * 256)}.1`;
      const response = await fetch(url, { headers: { 'CF-Connecting-IP': address } });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, visitor));
  return (1000 * requestsARound) / (performance.now() - started);
}

async function createShare(url: string): Promise<CreatedShare> {
  const create = { width: 512, height: 384, channels: 3, background: '#446688' } as const;
  const bytes = new Uint8Array(await sharp({ create }).png().toBuffer());
  const request: ShareRequestInput = {
    ...{ version: 1, title: 'Measured', language: 'en', termDays: 7, inputs: [] },
    recipe: { technique: 'style', version: 1, styles: [{ preset: 'starry-night' }] },
    result: {
      sha256: createHash('sha256').update(bytes).digest('hex'),
      ...{ bytes: bytes.length, width: create.width, height: create.height, type: 'image/png' },
    },
    run: { backend: 'wasm', engine: 'bench', seconds: 1, steps: 1 },
  };
  const form = new FormData();
  form.set(sharePart, JSON.stringify(request));
  form.set('result', new Blob([bytes]), 'result');
  const response = await fetch(url + sharePaths.create, { method: 'POST', body: form });
  if (!response.ok) throw new Error(`The share was refused: ${await response.text()}`);
  return (await response.json()) as CreatedShare;
}

export const edgeRequests: Row = {
  name: 'edge-requests',
  title: 'requests a second of a share page and a shard, against an empty worker',
  run,
};
