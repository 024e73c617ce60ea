/**
 * What is compared runs in processes of its own: a WASM heap never shrinks, and TensorFlow.js has one of everything.
 * The parent calls them in turn, so that only one computes at a time.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type ErrorRecord, ReverieError } from '../../shared/errors';

/** What a module `serve`s. */
type Handlers = Record<string, (argument: never) => unknown>;
type Argument<H extends Handlers, K extends keyof H> = Parameters<H[K]> extends [infer A] ? A : undefined;

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  /** The message with its stack. */
  readonly error?: ErrorRecord;
}

/** The parent's end. */
export class Child<H extends Handlers> {
  #calls = 0;
  readonly #process: ChildProcess;

  /** @param module that `serve`s handlers of type `H` */
  constructor(module: URL) {
    // Inherits the TypeScript loader from this process' own flags; `advanced` passes typed arrays.
    this.#process = fork(fileURLToPath(module), { serialization: 'advanced' });
    // Each call waits for an end of its own; a loaded machine has several of them.
    this.#process.setMaxListeners(0);
  }

  call<K extends keyof H & string>(name: K, argument: Argument<H, K>): Promise<Awaited<ReturnType<H[K]>>> {
    const id = this.#calls++;
    return new Promise<Awaited<ReturnType<H[K]>>>((resolve, reject) => {
      const onMessage = (answer: Answer) => {
        if (answer.id !== id) return;
        this.#process.off('message', onMessage).off('exit', onExit);
        if (answer.error === undefined) resolve(answer.value as Awaited<ReturnType<H[K]>>);
        else reject(ReverieError.fromRecord(answer.error));
      };
      const onExit = (code: number | null, signal: string | null) =>
        reject(new Error(`The process ended (${signal ?? `exit code ${code}`}) during "${name}".`));
      this.#process.on('message', onMessage).once('exit', onExit);
      this.#process.send({ id, name, argument }, (error) => error && reject(error));
    });
  }

  stop(): void {
    this.#process.kill('SIGTERM');
  }
}

/** The child's end: answers calls one after another, and ends when the parent is gone. */
export function serve(handlers: Handlers): void {
  process.on('message', async ({ id, name, argument }: { id: number; name: string; argument: unknown }) => {
    let answer: Answer;
    try {
      answer = { id, value: await handlers[name]?.(argument as never) };
    } catch (cause) {
      const { code, message } = ReverieError.from(cause);
      answer = { id, error: { code, message: (cause instanceof Error && cause.stack) || message } };
    }
    process.send?.(answer);
  });
  process.on('disconnect', () => process.exit());
}
