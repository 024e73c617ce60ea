/** CPU time of one view of a share: what the free plan allows 10 ms of for every request. */
import { cpuMsOf, findWorkerd } from '../edge/cpu';
import { withServers } from '../edge/servers';
import { createShare, createShares, type MeasuredShare } from '../edge/shares';
import { times, visit } from '../edge/visitors';
import { formatNumber, median, type Row, type RowResult, takeTurns, target } from '../report';

const rounds = 5;
const requests = 200;
const unseenRequests = 50;
const made = 20;
/** Half of what the free plan allows. */
const bound = 5;

/** Each with what it is held against: the same worker, reading no more than it has to. */
const titles = {
  routed: 'empty Hono worker behind the router',
  row: 'that worker, reading a row of D1',
  object: 'that worker, reading a row and a picture',
  page: 'page of a share',
  picture: 'its picture',
  film: 'its film',
  unseenPage: 'page that nobody has opened yet',
  unseenPicture: 'picture that nobody has opened yet',
  create: 'making a share of two pictures, 75 KB each',
};
type Name = keyof typeof titles;
const around = {
  page: 'routed',
  picture: 'routed',
  film: 'routed',
  unseenPage: 'row',
  unseenPicture: 'object',
} as const satisfies Partial<Record<Name, Name>>;

const run = (): Promise<RowResult> =>
  withServers(async ({ edge, bare }) => {
    const workerds = { edge: await findWorkerd(edge.pid), bare: await findWorkerd(bare.pid) };
    const share = await createShare(edge.url);
    const body = await (await fetch(share.result)).arrayBuffer();
    await fetch(`${bare.url}/s/object`, { method: 'PUT', body });
    const of = async (pid: number, urls: readonly string[]) => (await cpuMsOf(pid, () => visit(urls))) / urls.length;
    const again = (pid: number, url: string) => () => of(pid, times(requests, url));
    const unseenOf = (pick: (share: MeasuredShare) => string) => async () =>
      of(workerds.edge, (await createShares(edge.url, unseenRequests)).map(pick));
    const measured: Record<Name, () => Promise<number>> = {
      routed: again(workerds.bare, `${bare.url}/s/nothing`),
      row: again(workerds.bare, `${bare.url}/s/row`),
      object: again(workerds.bare, `${bare.url}/s/object`),
      page: again(workerds.edge, share.page),
      picture: again(workerds.edge, share.result),
      film: again(workerds.edge, share.film),
      unseenPage: unseenOf(({ page }) => page),
      unseenPicture: unseenOf(({ result }) => result),
      create: async () => (await cpuMsOf(workerds.edge, () => createShares(edge.url, made))) / made,
    };
    const cpuMs = await takeTurns(measured, rounds);
    const own = (name: keyof typeof around) => median(cpuMs[name]) - median(cpuMs[around[name]]);
    const names = Object.keys(titles) as Name[];
    const isOwn = (name: Name): name is keyof typeof around => name in around;
    const worst = Math.max(...names.filter(isOwn).map(own));
    return {
      targets: [target('own CPU of the costliest request of a view', worst, 'at most', bound, 'ms')],
      tables: [
        {
          columns: ['', 'CPU, ms', 'above what is around it'],
          rows: names.map((name) => [
            titles[name],
            formatNumber(median(cpuMs[name])),
            isOwn(name) ? formatNumber(own(name)) : '',
          ]),
        },
      ],
      notes: [
        'The process also runs the router in front and Miniflare’s D1 and R2, which are other machines’ work in production: what a worker takes that does nothing else is taken off.',
        `User and system time of workerd by /proc; ${rounds} rounds of ${requests} requests (${unseenRequests} where each needs a new share), medians.`,
      ],
      numbers: { cpuMs },
    };
  });

export const edgeCpu: Row = { name: 'edge-cpu', title: 'CPU time of a view of a share', run };
