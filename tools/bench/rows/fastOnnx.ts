/** One pass of the shipped fast-style network on WASM, the engine against onnxruntime-web, in alternation. */
import type { FastHandlers, FastRequest } from '../fast/child';
import { Child } from '../process';
import { formatNumber, formatSummary, type Row, speedUp, summarise, target } from '../report';

export const side = 512;
export const rounds = 9;

export async function openPainter(request: FastRequest, children: Child<FastHandlers>[]) {
  const child = new Child<FastHandlers>(new URL('../fast/child.ts', import.meta.url));
  children.push(child);
  const opened = await child.call('open', request);
  // Grows the heap and warms the compiler; not counted.
  const { values } = await child.call('paint', undefined);
  const wallMs: number[] = [];
  return { child, opened, wallMs, picture: values };
}

/** Of two pictures in 0..1. */
function differences(ours: Float32Array, theirs: Float32Array): { readonly max: number; readonly mean: number } {
  if (ours.length !== theirs.length) return { max: Number.NaN, mean: Number.NaN };
  let [max, sum] = [0, 0];
  ours.forEach((value, i) => {
    const difference = Math.abs(value - (theirs[i] ?? Number.NaN));
    max = Number.isNaN(difference) ? Number.NaN : Math.max(max, difference);
    sum += difference;
  });
  return { max, mean: sum / ours.length };
}

export const fastOnnx: Row = {
  name: 'fast-onnx',
  title: 'one pass of the fast-style network against onnxruntime-web, 512×512 on WASM',
  async run() {
    const children: Child<FastHandlers>[] = [];
    try {
      const engine = await openPainter({ runtime: 'engine', side }, children);
      const single = await openPainter({ runtime: 'onnx', side, threads: 1 }, children);
      const own = await openPainter({ runtime: 'onnx', side }, children);
      const contenders = [engine, single, own];
      for (let round = 0; round < rounds; round++) {
        for (const { child, wallMs } of contenders) wallMs.push((await child.call('paint', undefined)).wallMs);
      }
      const { max, mean } = differences(engine.picture, single.picture);
      const ratio = 1 / speedUp(engine.wallMs, single.wallMs).median;
      const ownRatio = 1 / speedUp(engine.wallMs, own.wallMs).median;
      const { threads } = own.opened;
      return {
        targets: [
          target('time, share of onnxruntime-web’s on one thread', ratio, 'at most', 1.3, '×'),
          // Float32 in two orders: less than a step of the 8 bits that are shown.
          target('largest difference of the pictures', 255 * max, 'at most', 1, '/ 255'),
        ],
        tables: [
          {
            columns: [`${side}×${side}`, 'threads', 'one pass'],
            rows: contenders.map(({ opened, wallMs }) => [
              ...[opened.description, String(opened.threads)],
              formatSummary(summarise(wallMs), 'ms'),
            ]),
          },
        ],
        notes: [
          `Medians and quartiles of ${rounds} rounds in which all took turns, each in a process of its own; style ${engine.opened.style}. From a picture in memory to a picture in memory, each in its runtime’s own layout.`,
          `The pictures differ by ${(255 * mean).toPrecision(2)} / 255 on average.`,
          `onnxruntime-web takes ${threads} ${threads === 1 ? 'thread' : 'threads'} here by itself; against that, the engine’s one takes ${formatNumber(ownRatio)} times as long.`,
        ],
        numbers: {
          side,
          ratio,
          ownRatio,
          maxDifference: max,
          meanDifference: mean,
          contenders: contenders.map(({ opened, wallMs }) => ({ ...opened, wallMs })),
        },
      };
    } finally {
      for (const child of children) child.stop();
    }
  },
};
