/** A step of every technique on every backend of this machine: time against the bare pass, memory against the floor. */
import { type BackendName, isSoftware } from '../../../shared/backends';
import { ReverieError } from '../../../shared/errors';
import type { Measured, MeasureRequest } from '../engine/child';
import { engineOf } from '../engine/open';
import { subjectNames } from '../engine/subjects';
import {
  formatMemory,
  formatNumber,
  formatSummary,
  type Row,
  type RowResult,
  speedUp,
  summarise,
  type Table,
  type Target,
} from '../report';
import { firstLine } from './backends';

interface Setting extends Omit<MeasureRequest, 'name'> {
  readonly backend: BackendName;
  readonly width: number;
}

const settings: readonly Setting[] = [
  { backend: 'wasm', width: 256, rounds: 7, warmUps: 2, atMostMs: 20_000 },
  // Small where a processor does a GPU's work or JavaScript does it all: seconds a step.
  { backend: 'webgpu', width: 64, rounds: 3, warmUps: 1, atMostMs: 8_000 },
  { backend: 'cpu', width: 64, rounds: 3, warmUps: 1, atMostMs: 8_000 },
];
/** Where WebGPU turns out to be a GPU. */
const gpuSetting: Setting = {
  ...{ backend: 'webgpu', width: 256 },
  ...{ rounds: 20, warmUps: 5, atMostMs: 20_000 },
};

interface Result extends Measured {
  readonly name: string;
  readonly backend: BackendName;
  readonly width: number;
  readonly description: string;
  /** Rounds, if there is time for all. */
  readonly asked: number;
}

type Progress = Parameters<Row['run']>[0];

const measure = ({ backend, width, ...request }: Setting, progress: Progress): Promise<Result[]> =>
  engineOf({ backend, width, height: (3 * width) / 4 }, async (child, { description }) => {
    const results: Result[] = [];
    for (const name of subjectNames) {
      progress(`${name} on ${backend}`);
      const measured = await child.call('measure', { name, ...request });
      results.push({ name, backend, width, description, asked: request.rounds, ...measured });
    }
    return results;
  });

const overFloor = ({ peakBytes, floorBytes }: Pick<Measured, 'peakBytes' | 'floorBytes'>): number =>
  peakBytes / floorBytes;

function tableOf(results: readonly Result[]): Table {
  const [first] = results;
  const { backend = '', description = '', width = 0 } = first ?? {};
  const software = isSoftware({ description }) ? ', software GPU' : '';
  return {
    columns: [
      `${backend} (${description}${software}), ${width}×${(3 * width) / 4}`,
      ...['rounds', 'step', '× bare pass', 'peak', '× floor'],
    ],
    rows: results.map(({ name, asked, step, bare, ...memory }) => [
      name,
      step.length < asked ? `${step.length} of ${asked}` : String(asked),
      formatSummary(summarise(step), 'ms'),
      formatNumber(1 / speedUp(step, bare).median),
      formatMemory(memory.peakBytes),
      formatNumber(overFloor(memory)),
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
      'Bare pass: the same network at the same size to the same layers, and back where the technique goes back, with the engine’s kernels and nothing else (training: of the perceptual network alone). It takes turns with the steps; medians.',
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
