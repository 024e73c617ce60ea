/** CPU time of one view of a share: what the free plan allows 10 ms of for every request. */
import { cpuMsOf, findWorkerd } from '../edge/cpu';
import { withServers } from '../edge/servers';
import { createShare, createShares, type MeasuredShare } from '../edge/shares';
import { times, visit } from '../edge/visitors';
import { formatNumber, median, type Row, type RowResult, takeTurns, target } from '../report';

const rounds = 5;
const requests = 200;
const unseenRequests = 50;
/** Half of what the free plan allows. */
const bound = 5;

const titles = {
  empty: 'empty Hono worker',
  page: 'page of a share',
  picture: 'its picture',
  film: 'its film',
  unseenPage: 'page that nobody has opened yet',
  unseenPicture: 'picture that nobody has opened yet',
};

const run = (): Promise<RowResult> =>
  withServers(async ({ edge, empty }) => {
    const workerds = { edge: await findWorkerd(edge.pid), empty: await findWorkerd(empty.pid) };
    const share = await createShare(edge.url);
    const of = async (pid: number, urls: readonly string[]) => (await cpuMsOf(pid, () => visit(urls))) / urls.length;
    const unseenOf = (pick: (share: MeasuredShare) => string) => async () =>
      of(workerds.edge, (await createShares(edge.url, unseenRequests)).map(pick));
    const measured = {
      empty: () => of(workerds.empty, times(requests, empty.url)),
      page: () => of(workerds.edge, times(requests, share.page)),
      picture: () => of(workerds.edge, times(requests, share.result)),
      film: () => of(workerds.edge, times(requests, share.film)),
      unseenPage: unseenOf(({ page }) => page),
      unseenPicture: unseenOf(({ result }) => result),
    };
    const cpuMs = await takeTurns(measured, rounds);
    const names = Object.keys(titles) as (keyof typeof titles)[];
    const worst = names.map((name) => median(cpuMs[name])).reduce((a, b) => Math.max(a, b));
    return {
      targets: [target('CPU of the costliest request of a view', worst, 'at most', bound, 'ms')],
      tables: [
        {
          columns: ['', 'CPU, ms', 'above the empty worker'],
          rows: names.map((name) => {
            const own = median(cpuMs[name]);
            return [titles[name], formatNumber(own), formatNumber(own - median(cpuMs.empty))];
          }),
        },
      ],
      notes: [
        'An upper bound: the process also runs the router in front and Miniflare’s D1 and R2, which are other machines’ work in production.',
        `User and system time of workerd by /proc; ${rounds} rounds of ${requests} requests (${unseenRequests} where each needs a new share), medians.`,
      ],
      numbers: { cpuMs },
    };
  });

export const edgeCpu: Row = { name: 'edge-cpu', title: 'CPU time of a view of a share', run };
