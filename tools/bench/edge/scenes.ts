/** What the protocol of pictures is put through: by all interleavings, and by chance. */
import type { Scene } from './histories';
import { creates, deletes, hash, sweeps, twin, type World } from './world';

const [x, y] = [hash('a'), hash('b')];
const nothing = () => {};

/** A share of the picture is there before anything begins. */
const withTwin = ({ steps }: World) => {
  const names = steps.name([x]);
  for (const name of names) steps.put(name);
  steps.commit({ id: twin, hashes: [x], key: twin }, names);
};

/** Two uploads, three clean-ups: over a million states. */
export const whole: Scene = {
  prepare: withTwin,
  processes: [creates('one', [x]), creates('two', [x]), deletes(twin), deletes(twin), sweeps()],
  mostFaults: 0,
};

/** Parts of it that seconds suffice for. */
export const small = {
  'two uploads of a picture while its share is deleted and swept': {
    prepare: withTwin,
    processes: [creates('one', [x]), creates('two', [x]), deletes(twin), sweeps()],
    mostFaults: 0,
  },
  'an upload, a deletion and a sweep, where any step fails or is the last of its process': {
    prepare: withTwin,
    processes: [creates('one', [x]), deletes(twin), sweeps()],
    mostFaults: 1,
  },
  'one upload that is sent twice, beside a sweep, where any step fails': {
    prepare: nothing,
    processes: [creates('one', [x], 'key'), creates('again', [x], 'key'), sweeps()],
    mostFaults: 1,
  },
} as const satisfies Record<string, Scene>;

/** For histories by chance: more of everything, also what fails. */
export const crowd: Scene = {
  prepare: withTwin,
  processes: [
    ...[creates('one', [x, y]), creates('two', [y]), creates('three', [x], 'key'), creates('four', [x], 'key')],
    ...[deletes(twin), deletes(twin), sweeps(), sweeps()],
  ],
  mostFaults: 3,
};
