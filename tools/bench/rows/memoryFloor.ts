/** Tensors at the peak of one style-transfer iteration against the least that its backward pass must keep. */
import { Child } from '../child/call';
import type { Row, RowResult } from '../row';
import type { StyleHandlers } from '../style/child';
import { formatMemory } from '../table';

const size = { width: 256, height: 192 };

async function run(): Promise<RowResult> {
  const child = new Child<StyleHandlers>(new URL('../style/child.ts', import.meta.url));
  try {
    const { weightBytes } = await child.call('open', { contender: 'engine', backend: 'wasm', ...size });
    // Adam's moments are there from the second iteration on.
    await child.call('iterate', 1);
    const { savedBytes, temporaryBytes, heldBytes, peakBytes } = await child.call('memory', size);
    const floorBytes = savedBytes + temporaryBytes;
    const iterationBytes = peakBytes - heldBytes;
    return {
      targets: [
        { name: 'peak over the floor', value: iterationBytes / floorBytes, sense: 'at most', bound: 1.5, unit: '×' },
      ],
      tables: [
        {
          columns: ['256×192, WASM', 'tensors'],
          rows: [
            ['saved for the backward pass', formatMemory(savedBytes)],
            ['largest temporary', formatMemory(temporaryBytes)],
            ['floor', formatMemory(floorBytes)],
            ['peak, beside what is held between iterations', formatMemory(iterationBytes)],
            ['held between iterations, without weights', formatMemory(heldBytes - weightBytes)],
          ],
        },
      ],
      notes: [
        'The floor follows from shapes and from what each operator’s adjoint asks for. Held between iterations are the picture, Adam’s moments and the targets, which no order of computing saves.',
      ],
      numbers: { ...size, savedBytes, temporaryBytes, heldBytes, peakBytes, weightBytes },
    };
  } finally {
    child.stop();
  }
}

export const memoryFloor: Row = {
  name: 'memory-floor',
  title: 'tensors at the peak of an iteration against the least possible, WASM',
  run,
};
