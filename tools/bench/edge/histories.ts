/** Runs processes over the model in a chosen order, one step after another: all orders there are, or some by chance. */
import { ReverieError } from '../../../shared/errors';
import { keyOf } from '../../../worker/shares/protocol';
import { type Process, type Schedule, sweeps, World } from './world';

const outcomes = ['done', 'failed', 'done, but failed'] as const;
type Outcome = (typeof outcomes)[number];

interface Waiting {
  readonly process: number;
  readonly step: string;
  readonly run: (world: World) => unknown;
  /** Lets its process go on, or fail. */
  readonly tell: (how: Outcome, answer: unknown) => void;
}

/** How far a process is, and the last list that it was given: all that it goes by. */
interface Told {
  steps: number;
  last: string;
}

interface Choice {
  readonly at: number;
  readonly how: Outcome;
}

export interface Scene {
  readonly prepare: (world: World) => void;
  readonly processes: readonly Process[];
  /** Steps that fail, at most, in one history; their processes end there. */
  readonly mostFaults: number;
}

const failure = new Error('the process died');
const tell = ({ steps, last }: Told, answer: unknown): Told => ({
  steps: steps + 1,
  last: Array.isArray(answer) ? answer.map(keyOf).join() : last,
});
const over: Told = { steps: -1, last: '' };

/** A history that must not be: a picture is lost, or something is left that nothing would ever sweep. */
export class Wrong extends Error {
  constructor(
    readonly kind: 'lost' | 'left',
    message: string,
  ) {
    super(message);
  }
}

/** One history, from its beginning to where it was chosen to. */
class History {
  readonly world = new World();
  readonly waiting: Waiting[] = [];
  readonly path: (Choice & { readonly process: number; readonly step: string })[] = [];
  readonly #told: Told[];
  readonly #alive: Set<number>;
  #faults = 0;

  constructor(readonly scene: Scene) {
    scene.prepare(this.world);
    this.#told = scene.processes.map(() => ({ steps: 0, last: '' }));
    this.#alive = new Set(scene.processes.keys());
    scene.processes.forEach(({ run }, process) => {
      const step: Schedule = (name, ...args) =>
        new Promise((resolve, reject) => {
          this.waiting.push({
            process,
            step: name,
            run: ({ steps }) => (steps[name] as (...given: typeof args) => unknown)(...args),
            tell: (how, answer) => (how === 'done' ? resolve(answer as never) : reject(failure)),
          });
        });
      run(step).then(
        () => this.#alive.delete(process),
        (cause: unknown) => {
          // A create that lost its pictures three times over gives up, and says so.
          if (cause !== failure && ReverieError.from(cause).code !== 'unavailable') throw cause;
          this.#alive.delete(process);
        },
      );
    });
  }

  /** How the next step may go. */
  get outcomes(): readonly Outcome[] {
    return this.#faults < this.scene.mostFaults ? outcomes : ['done'];
  }

  choices(): Choice[] {
    return this.waiting.flatMap((_, at) => this.outcomes.map((how) => ({ at, how })));
  }

  async take({ at, how }: Choice): Promise<void> {
    const [chosen] = this.waiting.splice(at, 1);
    if (!chosen) throw new Error('There is no such step.');
    const { process } = chosen;
    this.path.push({ at, how, process, step: chosen.step });
    const answer = how === 'failed' ? undefined : chosen.run(this.world);
    this.#told[process] = how === 'done' ? tell(this.#told[process] ?? over, answer) : over;
    if (how !== 'done') this.#faults++;
    chosen.tell(how, answer);
    // It waits for nothing but its steps.
    while (this.#alive.has(process) && !this.waiting.some((each) => each.process === process)) await undefined;
    this.#check('lost');
  }

  /** Everything that the future depends on, after one more step. */
  stateAfter({ at, how }: Choice): string {
    const chosen = this.waiting[at];
    if (!chosen) throw new Error('There is no such step.');
    const world = how === 'failed' ? this.world : this.world.copy();
    const answer = how === 'failed' ? undefined : chosen.run(world);
    const told = this.#told.map((each, process) =>
      process !== chosen.process ? each : how === 'done' ? tell(each, answer) : over,
    );
    // Processes of one name are the same to the future, and so are generations but for being others.
    const processes = told.map(({ steps, last }, i) => `${this.scene.processes[i]?.name}${steps}${last}`).sort();
    const names = new Map<string, number>();
    return `${world.state()}#${processes.join('#')}#${this.#faults + (how === 'done' ? 0 : 1)}`.replace(
      /\bg\d+/g,
      (generation) => {
        names.set(generation, names.get(generation) ?? names.size);
        return `g${names.get(generation)}`;
      },
    );
  }

  /** Once nobody does anything any more: what was acknowledged is there, and one sweep takes the rest. */
  async settle(): Promise<void> {
    const now: Schedule = async (name, ...args) =>
      (this.world.steps[name] as unknown as (...given: typeof args) => ReturnType<World['steps'][typeof name]>)(
        ...args,
      );
    await sweeps().run(now);
    this.#check('lost');
    this.#check('left');
  }

  #check(kind: Wrong['kind']): void {
    const wrong = this.world[kind]();
    if (!wrong) return;
    const told = this.path.map(({ process, step, how }) => `${this.scene.processes[process]?.name}: ${step} (${how})`);
    throw new Wrong(kind, `${wrong}:\n  ${told.join('\n  ')}`);
  }
}

export interface Explored {
  readonly states: number;
  /** Of them, those in which everything had come to its end. */
  readonly ends: number;
}

/** Every interleaving, with every step failing before or after it was done. @throws Wrong telling the history that goes wrong. */
export async function explore(scene: Scene): Promise<Explored> {
  const seen = new Set<string>();
  const open: (readonly Choice[])[] = [[]];
  let ends = 0;
  for (let prefix = open.pop(); prefix; prefix = open.pop()) {
    const history = new History(scene);
    for (const choice of prefix) await history.take(choice);
    const taken = [...prefix];
    for (;;) {
      const fresh = history.choices().filter((choice) => {
        const state = history.stateAfter(choice);
        return !seen.has(state) && seen.add(state);
      });
      const [next, ...others] = fresh;
      for (const other of others) open.push([...taken, other]);
      if (!next) {
        if (history.waiting.length === 0) ends++;
        if (history.waiting.length === 0) await history.settle();
        break;
      }
      taken.push(next);
      await history.take(next);
    }
  }
  return { states: seen.size, ends };
}

/** One history by chance. @param random in 0..1 @throws as `explore` */
export async function wander(scene: Scene, random: () => number): Promise<void> {
  const history = new History(scene);
  while (history.waiting.length > 0) {
    const pick = (count: number) => Math.floor(random() * count);
    // Most steps are done; which fail is chance too.
    const how = random() < 0.1 ? history.outcomes[pick(history.outcomes.length)] : 'done';
    await history.take({ at: pick(history.waiting.length), how: how ?? 'done' });
  }
  await history.settle();
}
