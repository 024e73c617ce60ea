/** Uploads and clean-ups of shared pictures in every order, and a million times by chance: what is lost, what is never swept. */
import { randomGenerator } from '../../../web/engine/images/random';
import { explore, Wrong, wander } from '../edge/histories';
import { crowd, small, whole } from '../edge/scenes';
import { type Row, target } from '../report';

const histories = 1_000_000;
/** Where that takes longer the row ends with fewer, and says how many. */
const mostSeconds = 180;

export const edgeHistories: Row = {
  name: 'edge-histories',
  title: 'pictures of shares through every order of uploads, deletions and sweeps',
  async run(progress) {
    const wrong: Error[] = [];
    const attempt = async (work: () => Promise<void>) => {
      await work().catch((cause: Error) => wrong.push(cause));
    };
    const rows: string[][] = [];
    for (const [name, scene] of Object.entries({ ...small, 'two uploads, two deletions and a sweep': whole })) {
      progress(name);
      await attempt(async () => {
        const { states, ends } = await explore(scene);
        rows.push([name, String(states), String(ends)]);
      });
    }
    const until = performance.now() + mostSeconds * 1000;
    let done = 0;
    for (; done < histories && performance.now() < until; done++) {
      if (done % 100_000 === 0) progress(`${done} of ${histories} histories by chance`);
      const seed = done;
      await attempt(() => wander(crowd, randomGenerator(seed)));
    }
    const left = wrong.filter((each) => each instanceof Wrong && each.kind === 'left').length;
    return {
      targets: [
        target('histories that lose a picture, or go wrong otherwise', wrong.length - left, 'exactly', 0),
        target('histories that leave what cannot be swept', left, 'exactly', 0),
      ],
      tables: [{ columns: ['all interleavings of', 'states', 'ends'], rows }],
      notes: [
        `${done} of ${histories} histories by chance: four uploads (two of one key), two deletions, two sweeps, up to three steps failing.`,
        ...wrong.slice(0, 3).map(({ message }) => message),
      ],
      numbers: { histories: done, wrong: wrong.length },
    };
  },
};
