/** The protocol of pictures, worker/shares/protocol.ts itself, through everything that can happen to it. */
import { describe, expect, it } from 'vitest';
import { explore, type Scene, wander } from '../../../tools/bench/edge/histories';
import { creates, deletes, hash, type Process, sweeps, type World } from '../../../tools/bench/edge/world';
import { end, store } from '../../../worker/shares/protocol';

const [x, y] = [hash('a'), hash('b')];

/** A share of the picture that is there before anything begins. */
const withTwin = ({ steps }: World) => {
  for (const name of steps.name([x])) steps.put(name);
  steps.commit({ id: 'twin', hashes: [x], key: 'twin' }, [{ sha256: x, generation: 'g1' }]);
};
const nothing = () => {};

const scenes: readonly [string, Scene, least: number][] = [
  [
    'two uploads of a picture whose share is deleted twice and swept meanwhile',
    { prepare: withTwin, processes: [creates('one', [x]), creates('two', [x]), deletes('twin'), deletes('twin'), sweeps()], mostFaults: 0 },
    10_000,
  ],
  [
    'the same with one upload, and any step failing or the last of its process',
    { prepare: withTwin, processes: [creates('one', [x]), deletes('twin'), deletes('twin'), sweeps()], mostFaults: 1 },
    10_000,
  ],
  [
    'one upload sent twice, beside a sweep, with any step failing',
    { prepare: nothing, processes: [creates('one', [x], 'key'), creates('again', [x], 'key'), sweeps()], mostFaults: 1 },
    1_000,
  ],
  [
    'two sweeps, a deletion and an upload of two pictures',
    { prepare: withTwin, processes: [creates('one', [x, y]), deletes('twin'), sweeps(), sweeps()], mostFaults: 0 },
    5_000,
  ],
];

describe('every interleaving', () => {
  it.each(scenes)('should lose nothing and leave nothing: %s', { timeout: 120_000 }, async (_, scene, least) => {
    const { states, ends } = await explore(scene);
    console.log(states, ends);
    expect(states).toBeGreaterThan(least);
    expect(ends).toBeGreaterThan(10);
  });
});
