/** CPU time of a running worker, as Linux accounts for its process. */
import { readdir, readFile } from 'node:fs/promises';

/** Ticks of `utime` and `stime`: sysconf(_SC_CLK_TCK) is 100 wherever Node runs. */
const tickMs = 10;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly cpuMs: number;
}

/** proc(5): "pid (comm) state ppid …", and comm may hold spaces and brackets. */
async function readProcess(pid: number): Promise<Process | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pid, parent: Number(fields[1]), cpuMs: (Number(fields[11]) + Number(fields[12])) * tickMs };
}

/**
 * The workerd that runs the worker, and Miniflare's storage and router with it. `wrangler dev` has another one in front,
 * which passes requests on; only this one is open to a debugger.
 * @param leader the process that everything of this edge descends from.
 * @throws Error where there is no /proc to read.
 */
export async function findWorkerd(leader: number): Promise<number> {
  const names = await readdir('/proc').catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const processes = new Map(
    (await Promise.all(pids.map(readProcess))).flatMap((each) => (each ? [[each.pid, each]] : [])),
  );
  const descends = (pid: number): boolean => {
    for (let at = processes.get(pid); at; at = processes.get(at.parent)) if (at.pid === leader) return true;
    return false;
  };
  for (const pid of processes.keys()) {
    if (!descends(pid)) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (/workerd\0/.test(command) && command.includes('--inspector-addr=')) return pid;
  }
  throw new Error('CPU time is read from /proc, which only Linux has; no workerd was found there.');
}

/** CPU time that `work` makes the process use, milliseconds; to be divided by many requests, since it counts in tens. */
export async function cpuMsOf(pid: number, work: () => Promise<unknown>): Promise<number> {
  const cpu = async () => {
    const found = await readProcess(pid);
    if (!found) throw new Error('The worker has ended.');
    return found.cpuMs;
  };
  const before = await cpu();
  await work();
  return (await cpu()) - before;
}
