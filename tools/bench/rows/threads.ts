/** What a second thread brings on WASM: an iteration of style transfer, and one pass beside onnxruntime-web's. */

import { engineOf } from '../engine/open';
import type { FastHandlers } from '../fast/child';
import { Child } from '../process';
import { formatSummary, median, type Row, speedUp, summarise, target } from '../report';

const size = { width: 256, height: 192 };
const side = 512;
const rounds = 9;
const stepsPerRound = 3;

async function iterations(): Promise<{ readonly one: number[]; readonly two: number[]; readonly same: boolean }> {
  const request = (threads: number) => ({ backend: 'wasm', threads, ...size }) as const;
  return engineOf(request(1), (alone) =>
    engineOf(request(2), async (helped) => {
      const losses = [await alone.call('engine', undefined), await helped.call('engine', undefined)];
      const [one, two]: [number[], number[]] = [[], []];
      for (const child of [alone, helped]) await child.call('iterate', 1);
      for (let round = 0; round < rounds; round++) {
        one.push(median((await alone.call('iterate', stepsPerRound)).wallMs));
        two.push(median((await helped.call('iterate', stepsPerRound)).wallMs));
      }
      return { one, two, same: losses[0] === losses[1] };
    }),
  );
}

async function passes() {
  const contenders = [
    { runtime: 'engine', threads: 1 },
    { runtime: 'engine', threads: 2 },
    { runtime: 'onnx', threads: 2 },
  ] as const;
  const children: Child<FastHandlers>[] = contenders.map(() => new Child(new URL('../fast/child.ts', import.meta.url)));
  try {
    const wallMs: number[][] = contenders.map(() => []);
    const pictures: Float32Array[] = [];
    for (const [i, child] of children.entries()) {
      await child.call('open', { ...(contenders[i] ?? contenders[0]), side });
      pictures.push((await child.call('paint', undefined)).values);
    }
    for (let round = 0; round < rounds; round++) {
      for (const [i, child] of children.entries()) wallMs[i]?.push((await child.call('paint', undefined)).wallMs);
    }
    const [one = [], two = [], onnx = []] = wallMs;
    return { one, two, onnx, same: pictures[0]?.every((value, i) => value === pictures[1]?.[i]) === true };
  } finally {
    for (const child of children) child.stop();
  }
}

export const threads: Row = {
  name: 'threads',
  title: 'two threads against one, and against onnxruntime-web on two, WASM',
  async run() {
    const [iteration, pass] = [await iterations(), await passes()];
    const gain = speedUp(iteration.two, iteration.one).median;
    const passGain = speedUp(pass.two, pass.one).median;
    const share = 1 / speedUp(pass.two, pass.onnx).median;
    const line = (what: string, one: readonly number[], two: readonly number[]) => [
      ...[what, formatSummary(summarise(one), 'ms'), formatSummary(summarise(two), 'ms')],
    ];
    return {
      targets: [
        target('style iteration, two threads against one', gain, 'at least', 1.6, '×'),
        target('one pass, two threads against one', passGain, 'at least', 1.6, '×'),
        target('one pass, share of onnxruntime-web’s time on two', share, 'at most', 0.6, '×'),
        target('numbers that differ', Number(!iteration.same) + Number(!pass.same), 'at most', 0),
      ],
      tables: [
        {
          columns: ['', 'one thread', 'two'],
          rows: [
            line(`style iteration, ${size.width}×${size.height}`, iteration.one, iteration.two),
            line(`one pass, ${side}×${side}`, pass.one, pass.two),
            ['the same in onnxruntime-web', '', formatSummary(summarise(pass.onnx), 'ms')],
          ],
        },
      ],
      notes: [
        `Medians and quartiles of ${rounds} rounds in which all took turns, each in a process of its own. A machine with fewer than two cores to spare shows less.`,
      ],
      numbers: { gain, passGain, share, iteration, pass },
    };
  },
};
