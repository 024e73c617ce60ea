/** The network that paints in any style against the one that has learned nine, at full strength, on WASM, in alternation. */
import type { FastHandlers } from '../fast/child';
import type { Child } from '../process';
import { formatSummary, type Row, speedUp, summarise, target } from '../report';
import { openPainter, rounds, side } from './fastOnnx';

export const anyFast: Row = {
  name: 'any-fast',
  title: 'any style against the fast-style network, 512×512 on WASM',
  async run() {
    const children: Child<FastHandlers>[] = [];
    try {
      const any = await openPainter({ runtime: 'any', side }, children);
      const nine = await openPainter({ runtime: 'engine', side }, children);
      const contenders = [any, nine];
      for (let round = 0; round < rounds; round++) {
        for (const { child, wallMs } of contenders) wallMs.push((await child.call('paint', undefined)).wallMs);
      }
      const ratio = 1 / speedUp(any.wallMs, nine.wallMs).median;
      return {
        targets: [target('time, share of the fast-style network’s', ratio, 'at most', 0.6, '×')],
        tables: [
          {
            columns: [`${side}×${side}`, 'one pass'],
            rows: contenders.map(({ opened, wallMs }) => [opened.description, formatSummary(summarise(wallMs), 'ms')]),
          },
        ],
        notes: [
          `Medians and quartiles of ${rounds} rounds in turns, one thread each; any style with its smaller size.`,
        ],
        numbers: { side, ratio, contenders: contenders.map(({ opened, wallMs }) => ({ ...opened, wallMs })) },
      };
    } finally {
      for (const child of children) child.stop();
    }
  },
};
