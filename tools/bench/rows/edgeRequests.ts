/** Requests a second of a share page and of a weights shard, against a Hono worker that does nothing with the same around it. */
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

/** What holds with a margin, also on a machine that is busy. */
const bounds = { page: 0.4, unseen: 0.3, shard: 0.75 };

const run = (): Promise<RowResult> =>
  withServers(async ({ edge, empty, bare }) => {
    const manifest = parseWeightsManifest(JSON.parse(await readFile(manifestOf('reverie-fast'), 'utf8')));
    const { page } = await createShare(edge.url);
    const shard = weightPaths.shard(manifest.shards[0]?.sha256 ?? '');
    const unchanged = { page: await etagOf(page), shard: await etagOf(edge.url + shard) };
    const rate = (url: string, etag?: string) => () =>
      requestsASecond(times(requests, url), etag === undefined ? {} : { 'If-None-Match': etag });
    const measured = {
      empty: rate(empty.url),
      routed: rate(`${bare.url}/s/nothing`),
      page: rate(page),
      pageAgain: rate(page, unchanged.page),
      row: rate(`${bare.url}/s/row`),
      unseen: async () => requestsASecond((await createShares(edge.url, unseenRequests)).map((share) => share.page)),
      bareShard: rate(bare.url + shard),
      shard: rate(edge.url + shard),
      shardAgain: rate(edge.url + shard, unchanged.shard),
    };
    const titles = {
      empty: 'empty Hono worker',
      routed: 'empty Hono worker behind the router of static files',
      page: 'share page',
      pageAgain: 'share page, to whoever has it (304)',
      row: 'that worker, reading a row of D1',
      unseen: 'share page that nobody has opened yet',
      bareShard: 'the shard beside that worker',
      shard: `weights shard, ${formatNumber((manifest.shards[0]?.bytes ?? 0) / 1000)} kB`,
      shardAgain: 'weights shard, to whoever has it (304)',
    };
    const rates = await takeTurns(measured, rounds);
    const names = Object.keys(measured) as (keyof typeof measured)[];
    const of = (key: keyof typeof measured) => median(rates[key]);
    const against = (name: string, key: keyof typeof bounds, base: keyof typeof measured) =>
      target(name, of(key) / of(base), 'at least', bounds[key], '×');
    return {
      targets: [
        against('share page against an empty worker behind the router', 'page', 'routed'),
        against('share page that nobody has opened yet against a worker that reads a row', 'unseen', 'row'),
        against('weights shard against the same beside an empty worker', 'shard', 'bareShard'),
      ],
      tables: [
        {
          columns: ['', 'requests a second', 'of the empty worker'],
          rows: names.map((name) => [
            titles[name],
            formatNumber(of(name)),
            `${formatNumber(of(name) / of('empty'))} ×`,
          ]),
        },
      ],
      notes: [
        'Each is held against a worker that does nothing with the same around it: the router of static files and D1 are Miniflare’s here, beside workerd, and elsewhere in production.',
        'A share page is rendered once and read from D1 once in five seconds; "nobody has opened yet" is every view of an unpopular one.',
        `${rounds} rounds of ${requests} requests (${unseenRequests} where each needs a new share), 8 at a time, in turns; medians. Client and servers share this machine.`,
      ],
      numbers: { rates },
    };
  });

export const edgeRequests: Row = {
  name: 'edge-requests',
  title: 'requests a second of a share page and a shard, against an empty worker with the same around it',
  run,
};
