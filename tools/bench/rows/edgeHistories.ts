/** Uploads and clean-ups of shared pictures in every order, and a million times by chance: what is lost, what is never swept. */
import { explore, wander } from '../edge/histories';
import { crowd, small, whole } from '../edge/scenes';
import type { Row, RowResult } from '../report';

const histories = 1_000_000;
/** Where that takes longer the row ends with fewer, and says how many. */
const mostSeconds = 180;

/** mulberry32, so that a history that goes wrong comes again. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function run(progress: (what: string) => void): Promise<RowResult> {
  const wrong: string[] = [];
  const attempt = async (work: () => Promise<void>) => {
    await work().catch((cause: Error) => wrong.push(cause.message));
  };
  const rows: string[][] = [];
  for (const [name, scene] of Object.entries({ ...small, 'two uploads, two deletions and a sweep': whole })) {
    progress(name);
    await attempt(async () => {
      const { states, ends } = await explore(scene);
      rows.push([name, String(states), String(ends)]);
    });
  }
  const until = performance.now() + mostSeconds * 1000;
  let done = 0;
  for (; done < histories && performance.now() < until; done++) {
    if (done % 100_000 === 0) progress(`${done} of ${histories} histories by chance`);
    const seed = done;
    await attempt(() => wander(crowd, chances(seed)));
  }
  const lost = wrong.filter((message) => !/cannot be swept|stays?/.test(message.split(':')[0] ?? '')).length;
  const target = (name: string, value: number) => ({ name, value, sense: 'exactly', bound: 0, unit: '' }) as const;
  return {
    targets: [
      target('histories that lose a picture', lost),
      target('histories that leave what cannot be swept', wrong.length - lost),
    ],
    tables: [{ columns: ['all interleavings of', 'states', 'ends'], rows }],
    notes: [
      `${done} of ${histories} histories by chance: four uploads (two of one key), two deletions, two sweeps, up to three steps failing.`,
      ...wrong.slice(0, 3),
    ],
    numbers: { histories: done, wrong: wrong.length },
  };
}

export const edgeHistories: Row = {
  name: 'edge-histories',
  title: 'pictures of shares through every order of uploads, deletions and sweeps',
  run,
};
