/** Tensors at the peak of one style-transfer iteration against the least that its backward pass must keep. */
import { engineOf } from '../engine/open';
import { formatMemory, type Row, type RowResult } from '../report';

const size = { width: 256, height: 192 };

async function run(): Promise<RowResult> {
  const request = { name: 'style', rounds: 1, warmUps: 1, atMostMs: 0 } as const;
  const measured = await engineOf({ backend: 'wasm', ...size }, (child) => child.call('measure', request));
  const { peakBytes, floorBytes, heldBytes } = measured;
  return {
    targets: [{ name: 'peak over the floor', value: peakBytes / floorBytes, sense: 'at most', bound: 1.5, unit: '×' }],
    tables: [
      {
        columns: ['256×192, WASM', 'tensors'],
        rows: [
          ['saved for the backward pass, and the largest temporary', formatMemory(floorBytes)],
          ['peak, beside what is held between iterations', formatMemory(peakBytes)],
          ['held between iterations, weights included', formatMemory(heldBytes)],
        ],
      },
    ],
    notes: [
      'The floor follows from shapes and from what each operator’s adjoint asks for. Held between iterations are the picture, Adam’s moments and the targets, which no order of computing saves.',
    ],
    numbers: { ...size, ...measured },
  };
}

export const memoryFloor: Row = {
  name: 'memory-floor',
  title: 'tensors at the peak of an iteration against the least possible, WASM',
  run,
};
