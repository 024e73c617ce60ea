/**
 * One style-transfer iteration with the embedded network on WASM: the engine against the same losses through
 * TensorFlow.js' tape, in alternation, each in a process of its own.
 */

import { architectureOf } from '../../../web/engine/network/architectures';
import { tapsOfRecipe } from '../../../web/engine/techniques/style/objectives';
import { Child } from '../child/call';
import type { Row, RowResult, Target } from '../row';
import { median, speedUp, summarise } from '../statistics';
import { interiorError, noBorder, wrongBorder } from '../style/border';
import type { ContenderName, Gradient, Opened, Peak, StyleHandlers } from '../style/child';
import { problemRecipe } from '../style/problem';
import { drawViews } from '../style/views';
import { formatMemory, formatSummary } from '../table';

const size = { width: 256, height: 192 };
/** Each round takes steps of every contender in turn. The slow ones' steps are long: one is enough. */
const rounds = 9;
/** The chain over stock kernels is there for information, and takes seconds a step. */
const roundsOfChain = 3;
const stepsPerRound: Readonly<Record<ContenderName, number>> = { engine: 3, chain: 1, tape: 1 };
/** Relative difference at which two losses or gradients are no longer the same. */
const tolerance = 1e-3;

const contenders = ['engine', 'chain', 'tape'] as const satisfies readonly ContenderName[];
const labels: Readonly<Record<ContenderName, string>> = {
  engine: 'engine',
  chain: 'explicit chain, stock kernels',
  tape: 'TensorFlow.js tape, stock kernels',
};

interface Measured {
  readonly opened: Opened;
  readonly first: Gradient;
  /** Per round, the median of its steps. */
  readonly wallMs: number[];
  readonly cpuMs: number[];
  readonly peak: Peak;
}

const recipe = problemRecipe(size.width);
const { shifts } = drawViews(recipe);
/** Where losses and gradients are compared: a shift that mirrors at all four sides. */
const comparedView = shifts.findIndex(
  ({ top, left, extent }) => Math.min(top, left) > 0 && Math.max(top, left) < extent,
);

async function measure(): Promise<Record<ContenderName, Measured>> {
  const children = contenders.map((name) => ({ name, child: new Child<StyleHandlers>(childModule) }));
  try {
    const measured: Partial<Record<ContenderName, Omit<Measured, 'peak'>>> = {};
    for (const { name, child } of children) {
      const opened = await child.call('open', { contender: name, backend: 'wasm', ...size });
      const first = await child.call('gradient', comparedView);
      // Grows the heap and warms the compiler; not counted.
      await child.call('iterate', 1);
      measured[name] = { opened, first, wallMs: [], cpuMs: [] };
    }
    for (let round = 0; round < rounds; round++) {
      for (const { name, child } of children) {
        if (name === 'chain' && round >= roundsOfChain) continue;
        const { wallMs, cpuMs } = await child.call('iterate', stepsPerRound[name]);
        const own = measured[name];
        own?.wallMs.push(median(wallMs));
        own?.cpuMs.push(median(cpuMs));
      }
    }
    const entries = children.map(async ({ name, child }) => [
      name,
      { ...measured[name], peak: await child.call('peak', undefined) },
    ]);
    return Object.fromEntries(await Promise.all(entries));
  } finally {
    for (const { child } of children) child.stop();
  }
}

const childModule = new URL('../style/child.ts', import.meta.url);

const withoutWeights = ({ opened, peak }: Measured): number => peak.tensorBytes - opened.weightBytes;

/** Throws when the contenders do not compute the same thing: their times would mean nothing. */
function checkAgreement({ engine, chain, tape }: Record<ContenderName, Measured>) {
  const { nodes } = architectureOf(recipe.network);
  const shift = shifts[comparedView];
  if (!shift) throw new Error('No shift of the recipe mirrors at all four sides.');
  const border = wrongBorder(nodes, tapsOfRecipe(recipe), size, shift);
  const agreement = {
    loss: Math.abs(engine.first.loss / tape.first.loss - 1),
    lossOfChain: Math.abs(chain.first.loss / tape.first.loss - 1),
    interiorGradient: interiorError(tape.first.values, engine.first.values, size, border),
    wholeGradient: interiorError(tape.first.values, engine.first.values, size, noBorder),
    border,
    shift,
  };
  for (const name of ['loss', 'lossOfChain', 'interiorGradient'] as const) {
    if (!(agreement[name] <= tolerance)) {
      throw new Error(
        `The contenders do not compute the same: ${name} differs by ${agreement[name].toExponential(1)} ` +
          `(losses ${engine.first.loss}, ${chain.first.loss}, ${tape.first.loss}). ` +
          'If the losses of web/engine/objectives have changed, tools/bench/style/tapeLosses.ts must too.',
      );
    }
  }
  return agreement;
}

async function run(): Promise<RowResult> {
  const measured = await measure();
  const agreement = checkAgreement(measured);
  const { engine, tape } = measured;
  const time = speedUp(engine.wallMs, tape.wallMs);
  const cpu = speedUp(engine.cpuMs, tape.cpuMs);
  const tensors = withoutWeights(engine) / withoutWeights(tape);
  const heap = engine.peak.heapBytes / tape.peak.heapBytes;
  const third = 1 / 3;
  const targets: Target[] = [
    { name: 'faster than the tape', value: time.median, sense: 'at least', bound: 4, unit: '×' },
    { name: 'peak of tensors, share of the tape’s', value: tensors, sense: 'at most', bound: third, unit: '×' },
    { name: 'peak of the WASM heap, share of the tape’s', value: heap, sense: 'at most', bound: third, unit: '×' },
  ];
  const { top, right, bottom, left } = agreement.border;
  const sides = [top, right, bottom, left].map(String);
  const error = (value: number) => value.toExponential(1);
  return {
    targets,
    tables: [
      {
        columns: ['256×192, WASM', 'per iteration', 'processor time', 'tensors at peak', 'heap at peak', 'loss'],
        rows: contenders.map((name) => {
          const own = measured[name];
          return [
            labels[name],
            formatSummary(summarise(own.wallMs), 'ms'),
            formatSummary(summarise(own.cpuMs), 'ms'),
            formatMemory(withoutWeights(own)),
            formatMemory(own.peak.heapBytes),
            own.first.loss.toPrecision(6),
          ];
        }),
      },
    ],
    notes: [
      `Medians and quartiles of ${rounds} rounds in which all took turns (the chain in ${roundsOfChain}). The tape takes ${formatSummary(time, 'times')} as long; ${formatSummary(cpu, 'times')} in processor time.`,
      `At a mixture of photo and painting, shifted by ${agreement.shift.left} and ${agreement.shift.top} pixels, the losses agree to ${error(agreement.loss)}; the gradients to ${error(agreement.interiorGradient)} away from the border (${sides.join(', ')} pixels from the top, right, bottom and left), and to ${error(agreement.wholeGradient)} anywhere: TensorFlow.js’ gradient of reflection padding is wrong.`,
      'Both look at the picture through the same mirrored shifts in the same order. The engine’s step is Adam at several resolutions, the tape’s plain Adam at one, which is in the tape’s favour.',
      `Tensors without weights (engine ${formatMemory(engine.opened.weightBytes)}, tape ${formatMemory(tape.opened.weightBytes)}). The heap holds weights, kernels’ scratch and free space too, grows in large steps, and had ${formatMemory(engine.opened.start.heapBytes)} and ${formatMemory(tape.opened.start.heapBytes)} before the first step.`,
    ],
    numbers: {
      ...size,
      agreement,
      timeRatio: time,
      cpuRatio: cpu,
      ...Object.fromEntries(
        contenders.map((name) => {
          const { wallMs, cpuMs, peak, opened } = measured[name];
          const { loss } = measured[name].first;
          return [
            name,
            { wallMs, cpuMs, peak, weightBytes: opened.weightBytes, startHeapBytes: opened.start.heapBytes, loss },
          ];
        }),
      ),
    },
  };
}

export const styleIteration: Row = {
  name: 'style-iteration',
  title: 'one iteration against the same losses through tf.grad, 256×192 on WASM',
  run,
};
