/** What every backend of this machine takes for an iteration, and for a step of every technique: time and memory. */
import { type BackendName, isSoftware } from '../../../shared/backends';
import { ReverieError } from '../../../shared/errors';
import type { Measured, MeasureRequest } from '../engine/child';
import { engineOf } from '../engine/open';
import { subjectNames } from '../engine/subjects';
import { formatMemory, formatNumber, formatSummary, type Row, speedUp, summarise, type Table, target } from '../report';

interface Case {
  readonly backend: BackendName;
}
const onSoftware = 'No number of a software GPU says anything about a real one.';

/**
 * One case after another.
 * @param gpuCases more, where WebGPU turns out to be a GPU
 * @returns what was measured, and a note for every reader where WebGPU is missing
 */
async function onBackends<C extends Case, M extends { readonly description: string }>(
  cases: readonly C[],
  gpuCases: readonly C[],
  measure: (one: C) => Promise<M>,
): Promise<{ measured: M[]; missing: string[] }> {
  const measured: M[] = [];
  const missing: string[] = [];
  const queue = [...cases];
  for (let next = queue.shift(); next; next = queue.shift()) {
    try {
      const result = await measure(next);
      measured.push(result);
      if (next.backend !== 'webgpu' || gpuCases.includes(next) || isSoftware(result)) continue;
      queue.push(...gpuCases.filter((one) => !queue.includes(one)));
    } catch (cause) {
      // Only WebGPU may be missing, every machine that runs Node has the other two; there, it must work.
      const { code, message } = ReverieError.from(cause);
      if (next.backend !== 'webgpu' || code !== 'backend-unavailable') throw cause;
      missing.push(`WebGPU is not measured: ${(message.split('\n')[0] ?? '').replace(/^\w*Error: /, '')}`);
    }
  }
  return { measured, missing };
}

interface IterationCase extends Case {
  readonly side: number;
  readonly steps: number;
}

/** Small where a processor does a GPU's work, or JavaScript does it all. */
const iterationCases: readonly IterationCase[] = [
  { backend: 'wasm', side: 128, steps: 10 },
  { backend: 'wasm', side: 256, steps: 6 },
  { backend: 'webgpu', side: 64, steps: 4 },
  { backend: 'cpu', side: 64, steps: 2 },
];
const gpuIterationCases = [128, 256, 512].map((side): IterationCase => ({ backend: 'webgpu', side, steps: 30 }));

const iterationOn = (one: IterationCase) =>
  engineOf({ backend: one.backend, width: one.side, height: one.side }, async (child, { description, weightBytes }) => {
    await child.call('engine', undefined);
    // Compiles shaders, grows heaps and pools.
    await child.call('iterate', 1);
    const { wallMs } = await child.call('iterate', one.steps);
    const { tensorBytes, allocatedBytes } = await child.call('peak', undefined);
    return { ...one, description, ms: summarise(wallMs), tensorBytes: tensorBytes - weightBytes, allocatedBytes };
  });

export const backends: Row = {
  name: 'backends',
  title: 'iteration time and memory on every backend here',
  async run() {
    const { measured, missing } = await onBackends(iterationCases, gpuIterationCases, iterationOn);
    return {
      targets: [],
      tables: [
        {
          columns: ['backend', 'size', 'per iteration', 'tensors at peak', 'taken from the system'],
          rows: measured.map(({ backend, description, side, ms, tensorBytes, allocatedBytes }) => [
            `${backend} (${description}${isSoftware({ description }) ? '; software GPU, correctness only' : ''})`,
            `${side}×${side}`,
            formatSummary(ms, 'ms'),
            ...[tensorBytes, allocatedBytes].map(formatMemory),
          ]),
        },
      ],
      notes: [
        'The embedded network and the recipe’s defaults, at one size; each iteration is waited for, which costs a GPU time that a run does not spend.',
        'Tensors without weights. “Taken from the system” is the WASM heap, or the buffers of the GPU with the free ones in the pool.',
        ...(measured.some((each) => each.backend === 'webgpu' && isSoftware(each)) ? [onSoftware] : []),
        ...missing,
      ],
      numbers: { measured, missing },
    };
  },
};

interface Setting extends Case, Omit<MeasureRequest, 'name'> {
  readonly width: number;
}

const settings: readonly Setting[] = [
  { backend: 'wasm', width: 256, rounds: 7, warmUps: 2, atMostMs: 20_000 },
  // Small where a processor does a GPU's work or JavaScript does it all: seconds a step.
  { backend: 'webgpu', width: 64, rounds: 3, warmUps: 1, atMostMs: 8_000 },
  { backend: 'cpu', width: 64, rounds: 3, warmUps: 1, atMostMs: 8_000 },
];
const gpuSettings: readonly Setting[] = [{ backend: 'webgpu', width: 256, rounds: 20, warmUps: 5, atMostMs: 20_000 }];

interface OfTechniques extends Omit<Setting, 'warmUps' | 'atMostMs'> {
  readonly description: string;
  readonly steps: readonly (Measured & { readonly name: string })[];
}

const overFloor = ({ peakBytes, floorBytes }: Measured): number => peakBytes / floorBytes;

const tableOf = ({ backend, description, width, rounds, steps }: OfTechniques): Table => ({
  columns: [
    `${backend} (${description}${isSoftware({ description }) ? ', software GPU' : ''}), ${width}×${(3 * width) / 4}`,
    ...['rounds', 'step', '× bare pass', 'peak', '× floor'],
  ],
  rows: steps.map((measured) => [
    measured.name,
    measured.step.length < rounds ? `${measured.step.length} of ${rounds}` : String(rounds),
    formatSummary(summarise(measured.step), 'ms'),
    formatNumber(1 / speedUp(measured.step, measured.bare).median),
    formatMemory(measured.peakBytes),
    formatNumber(overFloor(measured)),
  ]),
});

export const techniques: Row = {
  name: 'techniques',
  title: 'a step of every technique: time and memory on every backend here',
  async run(progress) {
    const { measured, missing } = await onBackends(settings, gpuSettings, ({ backend, width, ...request }) =>
      engineOf({ backend, width, height: (3 * width) / 4 }, async (child, { description }): Promise<OfTechniques> => {
        const steps: (Measured & { name: string })[] = [];
        for (const name of subjectNames) {
          progress(`${name} on ${backend}`);
          steps.push({ name, ...(await child.call('measure', { name, ...request })) });
        }
        return { backend, width, description, rounds: request.rounds, steps };
      }),
    );
    const onWasm = measured.filter(({ backend }) => backend === 'wasm').flatMap(({ steps }) => steps);
    const isShort = measured.some(({ steps, rounds }) => steps.some(({ step }) => step.length < rounds));
    return {
      targets: onWasm.map((each) => target(`${each.name}: peak over the floor`, overFloor(each), 'at most', 1.5, '×')),
      tables: measured.map(tableOf),
      notes: [
        'A step as a run takes it, losses read as often as there; of activations and of the fast style a whole picture, from pixels to pixels. Training: one square of the photo’s width, one picture.',
        'Bare pass: the same network at the same size to the same layers, and back where the technique goes back, with the engine’s kernels and nothing else (training: of the perceptual network alone). It takes turns with the steps; medians.',
        'Peak: tensors beside those held between steps. Floor: what the adjoints read again and the largest tensor that passes by; of a pass that does not go back, a layer’s output beside its input.',
        ...(isShort ? ['Where fewer rounds are named than were asked for, their time was up.'] : []),
        ...(measured.some(isSoftware) ? [onSoftware] : []),
        ...missing,
      ],
      numbers: { measured, missing },
    };
  },
};
