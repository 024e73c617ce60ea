/** The protocol of pictures, worker/shares/protocol.ts itself, through everything that can happen to it; more in the bench. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explore, wander } from '../../../tools/bench/edge/histories';
import { crowd, small } from '../../../tools/bench/edge/scenes';
import { creates, hash, type Process } from '../../../tools/bench/edge/world';

describe('every interleaving', () => {
  it.each(Object.entries(small))('should lose nothing and leave nothing: %s', async (_, scene) => {
    const { states, ends } = await explore(scene);
    expect(states).toBeGreaterThan(1000);
    expect(ends).toBeGreaterThan(10);
  });

  it('should find what a clean-up takes that does not ask who knows what it deletes', async () => {
    const hasty: Process = {
      name: 'hasty',
      run: async (step) => {
        // Under keys that are used again, every clean-up that was held up does this.
        await step('delete', await step('list', '', 10));
      },
    };
    const scene = { prepare: () => {}, processes: [creates('one', [hash('a')]), hasty], mostFaults: 0 };
    await expect(explore(scene)).rejects.toThrow('has lost its picture');
  });
});

it('should lose nothing and leave nothing in histories by chance', async () => {
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })), (chances) =>
      wander(crowd, () => chances.next().value as number),
    ),
    { numRuns: 2000 },
  );
});
