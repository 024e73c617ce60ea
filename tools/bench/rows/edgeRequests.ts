/** Requests a second of a share page and of a weights shard, against a Hono worker that does nothing, on the same workerd. */
import { readFile } from 'node:fs/promises';
import { parseWeightsManifest, weightPaths } from '../../../shared/manifest';
import { manifestOf } from '../../files';
import { withServers } from '../edge/servers';
import { createShare, createShares } from '../edge/shares';
import { etagOf, requestsASecond, times } from '../edge/visitors';
import { formatNumber, median, type Row, type RowResult, takeTurns, target } from '../report';

const rounds = 5;
const requests = 160;
/** Each needs a share of its own, which takes longer to make than to visit. */
const unseenRequests = 40;

const run = (): Promise<RowResult> =>
  withServers(async ({ edge, empty, routed }) => {
    const manifest = parseWeightsManifest(JSON.parse(await readFile(manifestOf('reverie-fast'), 'utf8')));
    const { page } = await createShare(edge.url);
    const shard = edge.url + weightPaths.shard(manifest.shards[0]?.sha256 ?? '');
    const unchanged = { page: await etagOf(page), shard: await etagOf(shard) };
    const rate = (url: string, etag?: string) => () =>
      requestsASecond(times(requests, url), etag === undefined ? {} : { 'If-None-Match': etag });
    const measured = {
      empty: rate(empty.url),
      routed: rate(`${routed.url}/s/nothing`),
      page: rate(page),
      pageAgain: rate(page, unchanged.page),
      unseen: async () => requestsASecond((await createShares(edge.url, unseenRequests)).map((share) => share.page)),
      shard: rate(shard),
      shardAgain: rate(shard, unchanged.shard),
    };
    const titles = {
      empty: 'empty Hono worker',
      routed: 'empty Hono worker that has assets',
      page: 'share page',
      pageAgain: 'share page, to whoever has it (304)',
      unseen: 'share page that nobody has opened yet',
      shard: `weights shard, ${formatNumber((manifest.shards[0]?.bytes ?? 0) / 1000)} kB`,
      shardAgain: 'weights shard, to whoever has it (304)',
    };
    const rates = await takeTurns(measured, rounds);
    const names = Object.keys(measured) as (keyof typeof measured)[];
    const base = median(rates.empty);
    const against = (name: string, key: keyof typeof measured) =>
      target(name, median(rates[key]) / base, 'at least', 0.5, '×');
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
            return [titles[name], formatNumber(own), `${formatNumber(own / base)} ×`];
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
