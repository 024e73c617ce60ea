/** CPU time of one view of a share: what the free plan allows 10 ms of for every request. */
import { cpuMsOf, findWorkerd } from '../edge/cpu';
import { withServers } from '../edge/servers';
import { createShare, createShares } from '../edge/shares';
import { times, visit } from '../edge/visitors';
import type { Row, RowResult } from '../row';
import { median } from '../statistics';
import { formatNumber } from '../table';

const rounds = 5;
const requests = 200;
const unseenRequests = 50;
/** Half of what the free plan allows. */
const bound = 5;

const run = (): Promise<RowResult> =>
  withServers(async ({ edge, empty }) => {
    const workerds = { edge: await findWorkerd(edge.pid), empty: await findWorkerd(empty.pid) };
    const share = await createShare(edge.url);
    const of = async (pid: number, urls: readonly string[]) => (await cpuMsOf(pid, () => visit(urls))) / urls.length;
    const unseen = async () => createShares(edge.url, unseenRequests);
    const measured = {
      empty: { title: 'empty Hono worker', cpu: () => of(workerds.empty, times(requests, empty.url)) },
      page: { title: 'page of a share', cpu: () => of(workerds.edge, times(requests, share.page)) },
      picture: { title: 'its picture', cpu: () => of(workerds.edge, times(requests, share.result)) },
      film: { title: 'its film', cpu: () => of(workerds.edge, times(requests, share.film)) },
      unseenPage: {
        title: 'page that nobody has opened yet',
        cpu: async () =>
          of(
            workerds.edge,
            (await unseen()).map(({ page }) => page),
          ),
      },
      unseenPicture: {
        title: 'picture that nobody has opened yet',
        cpu: async () =>
          of(
            workerds.edge,
            (await unseen()).map(({ result }) => result),
          ),
      },
    };
    const names = Object.keys(measured) as (keyof typeof measured)[];
    const cpuMs = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<
      (typeof names)[number],
      number[]
    >;
    for (let round = 0; round <= rounds; round++) {
      for (const name of names) {
        const one = await measured[name].cpu();
        // The first round warms up.
        if (round > 0) cpuMs[name].push(one);
      }
    }
    const worst = names.map((name) => median(cpuMs[name])).reduce((a, b) => Math.max(a, b));
    return {
      targets: [{ name: 'CPU of the costliest request of a view', value: worst, sense: 'at most', bound, unit: 'ms' }],
      tables: [
        {
          columns: ['', 'CPU, ms', 'above the empty worker'],
          rows: names.map((name) => {
            const own = median(cpuMs[name]);
            return [measured[name].title, formatNumber(own), formatNumber(own - median(cpuMs.empty))];
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

export const edgeCpu: Row = {
  name: 'edge-cpu',
  title: 'CPU time of a view of a share',
  run,
};
