/** Requests a second of a share page and of a weights shard, against a Hono worker that does nothing, on the same workerd. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseWeightsManifest, weightPaths } from '../../../shared/manifest';
import { root } from '../../setup/process.mjs';
import { withServers } from '../edge/servers';
import { createShare, createShares } from '../edge/shares';
import { etagOf, requestsASecond, times } from '../edge/visitors';
import type { Row, RowResult } from '../row';
import { median } from '../statistics';
import { formatNumber } from '../table';

const rounds = 5;
const requests = 160;
/** Each needs a share of its own, which takes longer to make than to visit. */
const unseenRequests = 40;

const run = (): Promise<RowResult> =>
  withServers(async ({ edge, empty, routed }) => {
    const manifest = parseWeightsManifest(
      JSON.parse(await readFile(path.join(root, 'web/public/weights/reverie-fast.json'), 'utf8')),
    );
    const { page } = await createShare(edge.url);
    const shard = edge.url + weightPaths.shard(manifest.shards[0]?.sha256 ?? '');
    const unchanged = { page: await etagOf(page), shard: await etagOf(shard) };
    const rate = (url: string, etag?: string) => () =>
      requestsASecond(times(requests, url), etag === undefined ? {} : { 'If-None-Match': etag });
    const measured = {
      empty: { title: 'empty Hono worker', rate: rate(empty.url) },
      routed: { title: 'empty Hono worker that has assets', rate: rate(`${routed.url}/s/nothing`) },
      page: { title: 'share page', rate: rate(page) },
      pageAgain: { title: 'share page, to whoever has it (304)', rate: rate(page, unchanged.page) },
      unseen: {
        title: 'share page that nobody has opened yet',
        rate: async () => {
          const shares = await createShares(edge.url, unseenRequests);
          return requestsASecond(shares.map((share) => share.page));
        },
      },
      shard: { title: `weights shard, ${formatNumber((manifest.shards[0]?.bytes ?? 0) / 1000)} kB`, rate: rate(shard) },
      shardAgain: { title: 'weights shard, to whoever has it (304)', rate: rate(shard, unchanged.shard) },
    };
    const names = Object.keys(measured) as (keyof typeof measured)[];
    const rates = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<
      (typeof names)[number],
      number[]
    >;
    for (let round = 0; round <= rounds; round++) {
      for (const name of names) {
        const one = await measured[name].rate();
        // The first round warms up.
        if (round > 0) rates[name].push(one);
      }
    }
    const base = median(rates.empty);
    const against = (name: string, key: (typeof names)[number]) =>
      ({ name, value: median(rates[key]) / base, sense: 'at least', bound: 0.5, unit: '×' }) as const;
    return {
      targets: [
        against('share page against an empty worker', 'page'),
        against('weights shard against an empty worker', 'shard'),
      ],
      tables: [
        {
          columns: ['', 'requests a second', 'of the empty worker'],
          rows: names.map((name) => {
            const own = median(rates[name]);
            return [measured[name].title, formatNumber(own), `${formatNumber(own / base)} ×`];
          }),
        },
      ],
      notes: [
        'A share page is rendered once and read from D1 once in five seconds; "nobody has opened yet" is every view of an unpopular one.',
        'D1 is Miniflare’s, beside workerd, and one look into it costs more than the empty worker’s whole request; in production it is elsewhere.',
        `${rounds} rounds of ${requests} requests (${unseenRequests} where each needs a new share), 8 at a time, in turns; medians. Client and servers share this machine.`,
      ],
      numbers: { rates },
    };
  });

export const edgeRequests: Row = {
  name: 'edge-requests',
  title: 'requests a second of a share page and a shard, against an empty worker',
  run,
};
