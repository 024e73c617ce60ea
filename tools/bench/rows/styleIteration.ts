/**
 * One style-transfer iteration with the embedded network on WASM: as a run takes it, against the same losses through
 * TensorFlow.js' tape, in alternation, each in a process of its own.
 */
import type { Opened, Peak } from '../engine/child';
import { type EngineChild, engineOf } from '../engine/open';
import {
  formatMemory,
  formatSummary,
  median,
  type Row,
  type RowResult,
  speedUp,
  summarise,
  type Target,
} from '../report';

const size = { width: 256, height: 192 };
/** Each round takes steps of both in turn. The tape's are long: one is enough. */
const rounds = 9;
const stepsPerRound = { engine: 3, tape: 1 } as const;
/** Relative difference at which two losses are no longer the same. */
const tolerance = 1e-3;

const names = ['engine', 'tape'] as const;
type Name = (typeof names)[number];
const labels = { engine: 'engine', tape: 'TensorFlow.js tape, stock kernels' } as const;

interface Measured {
  readonly weightBytes: number;
  readonly loss: number;
  /** Per round, the median of its steps. */
  readonly wallMs: number[];
  readonly cpuMs: number[];
  readonly peak: Peak;
}

const begin = async (child: EngineChild, name: Name, { weightBytes }: Opened) => {
  const loss = await child.call(name, undefined);
  // Grows the heap and warms the compiler; not counted.
  await child.call('iterate', 1);
  await child.call('peak', undefined);
  return { weightBytes, loss, wallMs: [] as number[], cpuMs: [] as number[] };
};

const measure = (): Promise<Record<Name, Measured>> =>
  engineOf({ backend: 'wasm', ...size }, (engine, engineOpened) =>
    engineOf({ backend: 'wasm', ...size }, async (tape, tapeOpened) => {
      const children = { engine, tape };
      const measured = {
        engine: await begin(engine, 'engine', engineOpened),
        tape: await begin(tape, 'tape', tapeOpened),
      };
      for (let round = 0; round < rounds; round++) {
        for (const name of names) {
          const { wallMs, cpuMs } = await children[name].call('iterate', stepsPerRound[name]);
          measured[name].wallMs.push(median(wallMs));
          measured[name].cpuMs.push(median(cpuMs));
        }
      }
      return {
        engine: { ...measured.engine, peak: await engine.call('peak', undefined) },
        tape: { ...measured.tape, peak: await tape.call('peak', undefined) },
      };
    }),
  );

const withoutWeights = ({ weightBytes, peak }: Measured): number => peak.tensorBytes - weightBytes;

async function run(): Promise<RowResult> {
  const measured = await measure();
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
  const third = 1 / 3;
  const share = (name: string, ours: number, theirs: number): Target => ({
    ...{
      name: `peak of ${name}, share of the tape’s`,
      value: ours / theirs,
      sense: 'at most',
      bound: third,
      unit: '×',
    },
  });
  return {
    targets: [
      { name: 'faster than the tape', value: time.median, sense: 'at least', bound: 4, unit: '×' },
      share('tensors', withoutWeights(engine), withoutWeights(tape)),
      share('the WASM heap', engine.peak.heapBytes, tape.peak.heapBytes),
    ],
    tables: [
      {
        columns: ['256×192, WASM', 'per iteration', 'processor time', 'tensors at peak', 'heap at peak', 'loss'],
        rows: names.map((name) => {
          const { wallMs, cpuMs, peak, loss } = measured[name];
          return [
            labels[name],
            formatSummary(summarise(wallMs), 'ms'),
            formatSummary(summarise(cpuMs), 'ms'),
            formatMemory(withoutWeights(measured[name])),
            formatMemory(peak.heapBytes),
            loss.toPrecision(6),
          ];
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
}

export const styleIteration: Row = {
  name: 'style-iteration',
  title: 'one iteration against the same losses through tf.grad, 256×192 on WASM',
  run,
};
