/** A world for the command line without a process and without a network: listens, and answers as an engine would. */
import { type ErrorRecord, ReverieError } from '../../../shared/errors';
import type { Context } from '../../../tools/cli/context';
import type { Engine, Job, Pixels, RunListener, RunRecord, RunRequest, RunResult } from '../../../web/engine/api';

export interface FakeWorld extends Context {
  readonly out: string[];
  readonly err: string[];
  readonly requests: RunRequest[];
  readonly opened: string[];
  disposed: number;
  /** Presses Ctrl-C; false when nobody listens. */
  interrupt(): boolean;
}

export interface FakeBehaviour {
  /** The run goes on until it is cancelled. */
  readonly endless?: boolean;
  /** Cancelled before there is an image. */
  readonly imageless?: boolean;
  readonly fails?: ReverieError;
  readonly tty?: boolean;
  /** What the engine fills into the record. */
  readonly hashes?: {
    readonly content?: string;
    readonly weights?: string;
    readonly image?: string;
    readonly result?: string;
  };
  /** Why the run gives up with its last image. */
  readonly failure?: ErrorRecord;
  onRun?(): void;
  /** What a run makes; eight by six white pixels, if not said. */
  readonly picture?: Pixels;
  /** A band of a print was taken. */
  onBand?(): void;
}

export function fakeWorld(behaviour: FakeBehaviour = {}): FakeWorld {
  const handlers = new Set<() => void>();
  const world: FakeWorld = {
    out: [],
    err: [],
    requests: [],
    opened: [],
    disposed: 0,
    stdout: { write: (text) => world.out.push(text) },
    stderr: { write: (text) => world.err.push(text), isTTY: behaviour.tty ?? false },
    onInterrupt(handler) {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
    interrupt() {
      for (const handler of handlers) handler();
      return handlers.size > 0;
    },
    async openEngine(backend) {
      world.opened.push(backend);
      // As the real one: nothing of it is its own, all is its class's.
      return Object.create(fakeEngine(world, behaviour));
    },
  };
  return world;
}

function fakeEngine(world: FakeWorld, behaviour: FakeBehaviour): Engine {
  const unused = () => {
    throw new Error('not used by the command line');
  };
  return {
    device: unused,
    prepare: unused,
    estimate: unused,
    clearStorage: unused,
    async dispose() {
      world.disposed++;
    },
    run(request, listener): Job<RunResult> {
      world.requests.push(request);
      let cancel = () => {};
      const cancelled = new Promise<void>((resolve) => {
        cancel = resolve;
      });
      const carryOut = async (): Promise<RunResult> => {
        if (behaviour.fails) throw behaviour.fails;
        listener?.onProgress?.({
          phase: 'weights',
          step: 1,
          steps: 1,
          bytes: { loaded: 2 ** 20, total: 2 ** 20, cached: false },
        });
        for (let step = 0; step < 3; step++) {
          listener?.onProgress?.({
            phase: 'optimise',
            step,
            steps: 3,
            scale: { index: 1, count: 1, width: 8, height: 6 },
            loss: 10 / (step + 1),
            msPerStep: 50,
            remainingMs: 3000 - step * 1000,
            memoryBytes: 3 * 2 ** 20,
          });
        }
        behaviour.onRun?.();
        if (request.inputs.print) return await printed(request, listener, behaviour, cancelled);
        if (behaviour.endless) await cancelled;
        if (behaviour.imageless) throw new ReverieError('aborted', 'Cancelled before there was an image.');
        return {
          pixels: behaviour.picture ?? picture,
          frames: [],
          record: record(request, behaviour),
          complete: !behaviour.endless && !behaviour.failure,
        };
      };
      return { result: carryOut(), pause() {}, resume() {}, cancel };
    },
  };
}

/** White, in bands of 100 rows. */
async function printed(
  request: RunRequest,
  listener: RunListener | undefined,
  behaviour: FakeBehaviour,
  cancelled: Promise<void>,
): Promise<RunResult> {
  const { width = 0, height = 0 } = request.inputs.print ?? {};
  let complete = true;
  void cancelled.then(() => {
    complete = false;
  });
  for (let top = 0; top < height && complete; top += 100) {
    const rows = Math.min(100, height - top);
    await listener?.onBand?.({ width, height: rows, data: new Uint8ClampedArray(4 * width * rows).fill(255) });
    behaviour.onBand?.();
    await new Promise((resume) => setImmediate(resume));
  }
  return { pixels: picture, frames: [], record: record(request, behaviour), complete };
}

const picture: Pixels = { width: 8, height: 6, data: new Uint8ClampedArray(8 * 6 * 4).fill(255) };

function record({ recipe }: RunRequest, { hashes = {}, failure, endless }: FakeBehaviour): RunRecord {
  const made = { ...recipe, content: hashes.content ?? 'a'.repeat(64), weights: hashes.weights ?? 'b'.repeat(64) };
  const image = hashes.image ?? 'c'.repeat(64);
  return {
    version: 1,
    complete: !endless && !failure,
    ...(failure && { failure }),
    ...(hashes.result && { result: hashes.result }),
    recipe:
      made.technique === 'style'
        ? { ...made, styles: made.styles.map((style) => ('image' in style ? { ...style, image } : style)) }
        : made,
    engine: 'fake',
    device: { backend: 'wasm', description: 'a fake', rejected: [] },
    width: picture.width,
    height: picture.height,
    losses: [{ step: 0, loss: 10 }],
    steps: 3,
    elapsedMs: 1234,
    msPerStep: 50,
    peakBytes: 5 * 2 ** 20,
  };
}
