/** What an iteration costs on every backend of this machine: time and memory, for information. */
import { type BackendName, isSoftware } from '../../../shared/backends';
import { ReverieError } from '../../../shared/errors';
import { engineOf } from '../engine/open';
import { formatMemory, formatSummary, type Row, type RowResult, type Summary, summarise } from '../report';

interface Case {
  readonly backend: BackendName;
  readonly side: number;
  readonly steps: number;
}

/** Small where a processor does a GPU's work, or JavaScript does it all. */
const cases: readonly Case[] = [
  { backend: 'wasm', side: 128, steps: 10 },
  { backend: 'wasm', side: 256, steps: 6 },
  { backend: 'webgpu', side: 64, steps: 4 },
  { backend: 'cpu', side: 64, steps: 2 },
];
/** More, where WebGPU turns out to be a GPU. */
const gpuCases: readonly Case[] = [
  { backend: 'webgpu', side: 128, steps: 30 },
  { backend: 'webgpu', side: 256, steps: 30 },
  { backend: 'webgpu', side: 512, steps: 30 },
];

interface Measured extends Case {
  readonly description: string;
  readonly ms: Summary;
  readonly tensorBytes: number;
  readonly allocatedBytes: number;
}

const measure = ({ backend, side, steps }: Case): Promise<Measured> =>
  engineOf({ backend, width: side, height: side }, async (child, { description, weightBytes }) => {
    await child.call('engine', undefined);
    // Compiles shaders, grows heaps and pools.
    await child.call('iterate', 1);
    const { wallMs } = await child.call('iterate', steps);
    const { tensorBytes, allocatedBytes } = await child.call('peak', undefined);
    const ms = summarise(wallMs);
    return { backend, side, steps, description, ms, tensorBytes: tensorBytes - weightBytes, allocatedBytes };
  });

export const firstLine = (cause: unknown): string =>
  ((cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? '').replace(/^\w*Error: /, '');

async function run(): Promise<RowResult> {
  const measured: Measured[] = [];
  const missing: string[] = [];
  const queue = [...cases];
  for (let next = queue.shift(); next; next = queue.shift()) {
    try {
      const result = await measure(next);
      measured.push(result);
      if (next === cases.find(({ backend }) => backend === 'webgpu') && !isSoftware(result)) {
        queue.push(...gpuCases);
      }
    } catch (cause) {
      // Only WebGPU may be missing, every machine that runs Node has the other two; there, it must work.
      const isMissing = ReverieError.from(cause).code === 'backend-unavailable';
      if (next.backend !== 'webgpu' || !isMissing) throw cause;
      missing.push(`WebGPU is not measured: ${firstLine(cause)}`);
    }
  }
  const software = measured.some((each) => each.backend === 'webgpu' && isSoftware(each));
  return {
    targets: [],
    tables: [
      {
        columns: ['backend', 'size', 'per iteration', 'tensors at peak', 'taken from the system'],
        rows: measured.map(({ backend, description, side, ms, tensorBytes, allocatedBytes }) => [
          `${backend} (${description}${isSoftware({ description }) ? '; software GPU, correctness only' : ''})`,
          `${side}×${side}`,
          formatSummary(ms, 'ms'),
          formatMemory(tensorBytes),
          formatMemory(allocatedBytes),
        ]),
      },
    ],
    notes: [
      'The embedded network and the recipe’s defaults, at one size; each iteration is waited for, which costs a GPU time that a run does not spend.',
      'Tensors without weights. “Taken from the system” is the WASM heap, or the buffers of the GPU with the free ones in the pool.',
      ...(software ? ['No number of a software GPU says anything about a real one.'] : []),
      ...missing,
    ],
    numbers: { measured, missing },
  };
}

export const backends: Row = { name: 'backends', title: 'iteration time and memory on every backend here', run };
