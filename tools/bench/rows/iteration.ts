/** Style transfer's iteration with the embedded network on WASM, 256×192: against a tape, against the floor, part by part; and what twenty runs leave. */
import type { Opened } from '../engine/child';
import { layerKinds } from '../engine/layerTimes';
import { type EngineChild, engineOf } from '../engine/open';
import { Child } from '../process';
import {
  formatMemory,
  formatMs,
  formatNumber,
  formatSummary,
  median,
  type Row,
  speedUp,
  summarise,
  target,
} from '../report';
import type { Held, RunHandlers } from '../runs/child';

const size = { width: 256, height: 192 };
const request = { backend: 'wasm', ...size } as const;
const title = '256×192, WASM';

/** Each round takes steps of both in turn. The tape's are long: one is enough. */
const rounds = 9;
const stepsPerRound = { engine: 3, tape: 1 } as const;
/** Relative difference at which two losses are no longer the same. */
const tolerance = 1e-3;
const labels = { engine: 'engine', tape: 'TensorFlow.js tape, stock kernels' } as const;
const names = ['engine', 'tape'] as const;

/** `step` adds a round: the median of its steps; `end` tells the peak. */
async function contender(child: EngineChild, name: (typeof names)[number], { weightBytes }: Opened) {
  const loss = await child.call(name, undefined);
  // Grows the heap and warms the compiler; not counted.
  await child.call('iterate', 1);
  await child.call('peak', undefined);
  const [wallMs, cpuMs]: [number[], number[]] = [[], []];
  return {
    async step() {
      const steps = await child.call('iterate', stepsPerRound[name]);
      wallMs.push(median(steps.wallMs));
      cpuMs.push(median(steps.cpuMs));
    },
    async end() {
      const peak = await child.call('peak', undefined);
      return { weightBytes, loss, wallMs, cpuMs, peak, tensorBytes: peak.tensorBytes - weightBytes };
    },
  };
}

export const styleIteration: Row = {
  name: 'style-iteration',
  title: 'one iteration against the same losses through tf.grad, 256×192 on WASM',
  async run() {
    const measured = await engineOf(request, (own, ownOpened) =>
      engineOf(request, async (other, otherOpened) => {
        const both = [await contender(own, 'engine', ownOpened), await contender(other, 'tape', otherOpened)] as const;
        for (let round = 0; round < rounds; round++) for (const { step } of both) await step();
        return { engine: await both[0].end(), tape: await both[1].end() };
      }),
    );
    const { engine, tape } = measured;
    const apart = Math.abs(engine.loss / tape.loss - 1);
    // Else their times would mean nothing.
    if (!(apart <= tolerance)) {
      throw new Error(
        `The two do not compute the same: losses ${engine.loss} and ${tape.loss}. If the losses of web/engine/objectives ` +
          'have changed, tools/bench/engine/tapeLosses.ts must too.',
      );
    }
    const time = speedUp(engine.wallMs, tape.wallMs);
    const cpu = speedUp(engine.cpuMs, tape.cpuMs);
    const share = (name: string, ours: number, theirs: number) =>
      target(`peak of ${name}, share of the tape’s`, ours / theirs, 'at most', 1 / 3, '×');
    return {
      targets: [
        target('faster than the tape', time.median, 'at least', 4, '×'),
        share('tensors', engine.tensorBytes, tape.tensorBytes),
        share('the WASM heap', engine.peak.heapBytes, tape.peak.heapBytes),
      ],
      tables: [
        {
          columns: [title, 'per iteration', 'processor time', 'tensors at peak', 'heap at peak', 'loss'],
          rows: names.map((name) => {
            const { wallMs, cpuMs, peak, tensorBytes, loss } = measured[name];
            const times = [wallMs, cpuMs].map((ms) => formatSummary(summarise(ms), 'ms'));
            return [labels[name], ...times, ...[tensorBytes, peak.heapBytes].map(formatMemory), loss.toPrecision(6)];
          }),
        },
      ],
      notes: [
        `Medians and quartiles of ${rounds} rounds in which both took turns. The tape takes ${formatSummary(time, 'times')} as long; ${formatSummary(cpu, 'times')} in processor time.`,
        `At a mixture of photo and painting the losses agree to ${apart.toExponential(1)}.`,
        'Both paint the picture and the margin around it, and look at it through the same mirrored shifts in the same order. The engine’s step is Adam at several resolutions, the tape’s plain Adam at one, which is in the tape’s favour.',
        `Tensors without weights (${formatMemory(engine.weightBytes)}). The heap holds weights, kernels’ scratch and free space too, and grows in large steps.`,
      ],
      numbers: { ...size, apart, timeRatio: time, cpuRatio: cpu, ...measured },
    };
  },
};

/** Of one pass, the network that looks in the heap as well. */
const passSize = { width: 512, height: 384 };

export const memoryFloor: Row = {
  name: 'memory-floor',
  title: 'tensors at the peak of an iteration against what it must keep, and the heap of one pass, WASM',
  async run() {
    const asked = { name: 'style', rounds: 1, warmUps: 1, atMostMs: 0 } as const;
    const measured = await engineOf(request, (child) => child.call('measure', asked));
    const { peakBytes, floorBytes, heldBytes } = measured;
    const heapBytes = await engineOf({ backend: 'wasm', ...passSize }, async (child) => {
      await child.call('take', 'fast');
      return (await child.call('peak', undefined)).heapBytes;
    });
    return {
      targets: [
        target('peak over the floor', peakBytes / floorBytes, 'at most', 1.5, '×'),
        target('heap after one pass, 512×384', heapBytes / 2 ** 20, 'at most', 40, 'MiB'),
      ],
      tables: [
        {
          columns: [title, 'tensors'],
          rows: [
            ['saved for the backward pass, and the largest temporary', formatMemory(floorBytes)],
            ['peak, beside what is held between iterations', formatMemory(peakBytes)],
            ['held between iterations, weights included', formatMemory(heldBytes)],
            ['heap after one pass of 512×384, two networks in it', formatMemory(heapBytes)],
          ],
        },
      ],
      notes: [
        'The floor follows from shapes and from what each operator’s adjoint asks for; the largest temporary need not meet all that is saved. Held between iterations are the picture, Adam’s moments and the targets, which no order of computing saves.',
      ],
      numbers: { ...size, ...measured, heapBytes },
    };
  },
};

const iterations = 15;

export const layers: Row = {
  name: 'layers',
  title: 'time per iteration by kind of layer, WASM',
  async run() {
    const times = await engineOf(request, (child) => child.call('layers', iterations));
    const total = median(times.total);
    const speed = (flop: number, ms: number) => [formatMs(ms), formatNumber(flop / ms / 1e6)];
    return {
      targets: [],
      tables: [
        {
          columns: [title, 'per iteration', 'share'],
          rows: [
            ...layerKinds.map((kind) => {
              const ms = summarise(times.kinds[kind]);
              return [kind, formatSummary(ms, 'ms'), `${((100 * ms.median) / total).toFixed(1)} %`];
            }),
            ['all', formatSummary(summarise(times.total), 'ms'), ''],
          ],
        },
        {
          columns: ['convolutions', 'layers', 'forward', 'GFLOP/s', 'adjoint', 'GFLOP/s'],
          rows: times.convolutions.map(({ shape, layers, flop, forward, adjoint }) => [
            ...[shape, String(layers)],
            ...[forward, adjoint].flatMap((ms) => speed(flop, median(ms))),
          ]),
        },
      ],
      notes: [
        `Medians and quartiles of ${iterations} iterations. GFLOP/s count what a direct convolution would compute.`,
        '“Between kernels” is JavaScript: TensorFlow.js’ bookkeeping and our own.',
      ],
      numbers: { ...size, ...times },
    };
  },
};

const runs = 20;

export const twentyRuns: Row = {
  name: 'twenty-runs',
  title: 'memory held after one run and after twenty, WASM',
  async run() {
    const child = new Child<RunHandlers>(new URL('../runs/child.ts', import.meta.url));
    const held: Held[] = [];
    try {
      for (let seed = 1; seed <= runs; seed++) held.push(await child.call('run', seed));
    } finally {
      child.stop();
    }
    const [first, last] = [held[0], held.at(-1)];
    if (!first || !last || held.length !== runs) throw new Error('Not every run ended.');
    const row = (label: string, { tensors, buffers, bytes, heapBytes }: Held) => [
      ...[label, ...[tensors, buffers, bytes].map(String)],
      formatMemory(heapBytes),
    ];
    return {
      targets: [
        target('tensors after the last run', last.tensors, 'exactly', first.tensors),
        target('bytes after the last run', last.bytes, 'exactly', first.bytes),
        target('growth of the WASM heap', last.heapBytes - first.heapBytes, 'exactly', 0, 'B'),
      ],
      tables: [
        {
          columns: ['held after', 'tensors', 'buffers', 'bytes', 'WASM heap'],
          rows: [row('run 1', first), row(`run ${runs}`, last)],
        },
      ],
      notes: ['Runs at 64 and 96 pixels on WASM. What is held are the weights of the network, kept for the next run.'],
      numbers: { held },
    };
  },
};
