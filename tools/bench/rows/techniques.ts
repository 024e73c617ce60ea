/** A step of every technique on every backend of this machine: time against the bare pass, memory against the floor. */
import { type BackendName, isSoftware } from '../../../shared/backends';
import { ReverieError } from '../../../shared/errors';
import { Child } from '../child/call';
import type { Row, RowResult, Target } from '../row';
import { speedUp, summarise } from '../statistics';
import { formatMemory, formatNumber, formatSummary, type Table } from '../table';
import type { Measured, MeasureRequest, TechniqueHandlers } from '../techniques/child';
import { subjectNames } from '../techniques/subjects';
import { firstLine } from './backends';

interface Setting extends Omit<MeasureRequest, 'name'> {
  readonly backend: BackendName;
  readonly width: number;
}

const settings: readonly Setting[] = [
  { backend: 'wasm', width: 256, rounds: 7, warmUps: 2, stockRounds: 3, atMostMs: 20_000 },
  // Small, and without the slow baseline, where a processor does a GPU's work or JavaScript does it all: seconds a step.
  { backend: 'webgpu', width: 64, rounds: 3, warmUps: 1, stockRounds: 0, atMostMs: 8_000 },
  { backend: 'cpu', width: 64, rounds: 3, warmUps: 1, stockRounds: 0, atMostMs: 8_000 },
];
/** Where WebGPU turns out to be a GPU. */
const gpuSetting: Setting = {
  ...{ backend: 'webgpu', width: 256 },
  ...{ rounds: 20, warmUps: 5, stockRounds: 5, atMostMs: 20_000 },
};

interface Result extends Measured {
  readonly name: string;
  readonly backend: BackendName;
  readonly width: number;
  readonly description: string;
  /** Rounds, if there is time for all. */
  readonly asked: number;
}

const childModule = new URL('../techniques/child.ts', import.meta.url);

type Progress = Parameters<Row['run']>[0];

async function measure({ backend, width, ...request }: Setting, progress: Progress): Promise<Result[]> {
  const child = new Child<TechniqueHandlers>(childModule);
  try {
    const { description } = await child.call('open', { backend, width });
    const results: Result[] = [];
    for (const name of subjectNames) {
      progress(`${name} on ${backend}`);
      const measured = await child.call('measure', { name, ...request });
      results.push({ name, backend, width, description, asked: request.rounds, ...measured });
    }
    return results;
  } finally {
    child.stop();
  }
}

const overFloor = ({ peakBytes, floorBytes }: Measured): number => peakBytes / floorBytes;

function tableOf(results: readonly Result[]): Table {
  const [first] = results;
  const { backend = '', description = '', width = 0 } = first ?? {};
  const software = isSoftware({ description }) ? ', software GPU' : '';
  return {
    columns: [
      `${backend} (${description}${software}), ${width}×${(3 * width) / 4}`,
      ...['rounds', 'step', '× bare pass', 'stock pass', 'stock / step', 'peak', '× floor'],
    ],
    rows: results.map(({ name, asked, step, bare, stock, ...memory }) => [
      name,
      step.length < asked ? `${step.length} of ${asked}` : String(asked),
      formatSummary(summarise(step), 'ms'),
      formatNumber(1 / speedUp(step, bare).median),
      ...(stock.length > 0
        ? [formatSummary(summarise(stock), 'ms'), `${formatNumber(speedUp(step, stock).median)} ×`]
        : ['', '']),
      formatMemory(memory.peakBytes),
      formatNumber(overFloor({ step, bare, stock, ...memory })),
    ]),
  };
}

async function run(progress: Progress): Promise<RowResult> {
  const all: Result[][] = [];
  const missing: string[] = [];
  for (const setting of settings) {
    try {
      const results = await measure(setting, progress);
      all.push(results);
      const [first] = results;
      if (first?.backend === 'webgpu' && !isSoftware(first)) all.push(await measure(gpuSetting, progress));
    } catch (cause) {
      // Only WebGPU may be missing; there, it must work.
      if (setting.backend !== 'webgpu' || ReverieError.from(cause).code !== 'backend-unavailable') throw cause;
      missing.push(`WebGPU is not measured: ${firstLine(cause)}`);
    }
  }
  const onWasm = all.flat().filter(({ backend }) => backend === 'wasm');
  return {
    targets: onWasm.map(
      (result): Target => ({
        name: `${result.name}: peak over the floor`,
        value: overFloor(result),
        sense: 'at most',
        bound: 1.5,
        unit: '×',
      }),
    ),
    tables: all.map(tableOf),
    notes: [
      'A step as a run takes it, losses read as often as there; of activations and of the fast style a whole picture, from pixels to pixels. Training: one square of the photo’s width, one picture.',
      'Bare pass: the same network at the same size to the same layers, and back where the technique goes back, with the engine’s kernels and nothing else (training: of the perceptual network alone). Stock pass: the same with TensorFlow.js’ own operations and its tape. Both take turns with the steps; medians.',
      'Peak: tensors beside those held between steps. Floor: what the adjoints read again and the largest tensor that passes by; of a pass that does not go back, a layer’s output beside its input.',
      ...(all.flat().some(({ step, asked }) => step.length < asked)
        ? ['Where fewer rounds are named than were asked for, their time was up.']
        : []),
      ...(all.flat().some(isSoftware) ? ['No number of a software GPU says anything about a real one.'] : []),
      ...missing,
    ],
    numbers: { measured: all.flat(), missing },
  };
}

export const techniques: Row = {
  name: 'techniques',
  title: 'a step of every technique: time and memory on every backend here',
  run,
};
