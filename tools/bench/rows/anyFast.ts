/**
 * The network that paints in any style, at full strength, beside the one that has learned nine, on WASM, in alternation. Both
 * are held against onnxruntime-web, which stays as it is when our kernels get faster.
 */
import type { FastHandlers } from '../fast/child';
import type { Child } from '../process';
import { formatNumber, formatSummary, type Row, speedUp, summarise, target } from '../report';
import { openPainter, rounds, side } from './fastOnnx';

/** Of onnxruntime-web's time for the nine styles: 0.6 of the 0.45 that the engine took when this was asked for. */
const most = 0.27;

export const anyFast: Row = {
  name: 'any-fast',
  title: 'any style against onnxruntime-web with nine, 512×512 on WASM',
  async run() {
    const children: Child<FastHandlers>[] = [];
    try {
      const any = await openPainter({ runtime: 'any', side }, children);
      const nine = await openPainter({ runtime: 'engine', side }, children);
      const onnx = await openPainter({ runtime: 'onnx', side, threads: 1 }, children);
      const contenders = [any, nine, onnx];
      for (let round = 0; round < rounds; round++) {
        for (const { child, wallMs } of contenders) wallMs.push((await child.call('paint', undefined)).wallMs);
      }
      const ratio = 1 / speedUp(any.wallMs, onnx.wallMs).median;
      const ofNine = 1 / speedUp(any.wallMs, nine.wallMs).median;
      return {
        targets: [target('time, share of onnxruntime-web’s with nine styles', ratio, 'at most', most, '×')],
        tables: [
          {
            columns: [`${side}×${side}`, 'one pass'],
            rows: contenders.map(({ opened, wallMs }) => [opened.description, formatSummary(summarise(wallMs), 'ms')]),
          },
        ],
        notes: [
          `Medians and quartiles of ${rounds} rounds in turns, one thread each; any style with its smaller sizes.`,
          `Of the engine’s own time with nine styles: ${formatNumber(ofNine)} ×.`,
        ],
        numbers: { side, ratio, ofNine, contenders: contenders.map(({ opened, wallMs }) => ({ ...opened, wallMs })) },
      };
    } finally {
      for (const child of children) child.stop();
    }
  },
};
