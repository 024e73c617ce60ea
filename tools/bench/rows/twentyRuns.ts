/** Twenty runs in a row hold what one held: nothing is left behind. */
import { Child } from '../process';
import { formatMemory, type Row, type RowResult } from '../report';
import type { Held, RunHandlers } from '../runs/child';

const count = 20;

async function run(): Promise<RowResult> {
  const child = new Child<RunHandlers>(new URL('../runs/child.ts', import.meta.url));
  const held: Held[] = [];
  try {
    for (let seed = 1; seed <= count; seed++) held.push(await child.call('run', seed));
  } finally {
    child.stop();
  }
  const [first, last] = [held[0], held.at(-1)];
  if (!first || !last || held.length !== count) throw new Error('Not every run ended.');
  const row = (label: string, { tensors, buffers, bytes, heapBytes }: Held) => [
    label,
    String(tensors),
    String(buffers),
    String(bytes),
    formatMemory(heapBytes),
  ];
  return {
    targets: [
      { name: 'tensors after the last run', value: last.tensors, sense: 'exactly', bound: first.tensors, unit: '' },
      { name: 'bytes after the last run', value: last.bytes, sense: 'exactly', bound: first.bytes, unit: '' },
      {
        name: 'growth of the WASM heap',
        value: last.heapBytes - first.heapBytes,
        sense: 'exactly',
        bound: 0,
        unit: 'B',
      },
    ],
    tables: [
      {
        columns: ['held after', 'tensors', 'buffers', 'bytes', 'WASM heap'],
        rows: [row('run 1', first), row(`run ${count}`, last)],
      },
    ],
    notes: ['Runs at 64 and 96 pixels on WASM. What is held are the weights of the network, kept for the next run.'],
    numbers: { held },
  };
}

export const twentyRuns: Row = { name: 'twenty-runs', title: 'memory held after one run and after twenty, WASM', run };
