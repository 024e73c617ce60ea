/// <reference path="./comlink-node.d.ts" />
/** Several threads that compute gradients, each with a backend of its own. */
import { Worker } from 'node:worker_threads';
import { wrap } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import type { Computed, Source } from '../../web/engine/train/sources';
import type { Job, SharedNumbers, Thread } from './thread';

export interface Threads<S, R extends Computed> {
  readonly sources: readonly Source<S, R>[];
  close(): Promise<void>;
}

const sharedFloats = (length: number) => new Float32Array(new SharedArrayBuffer(4 * length));

/** How many numbers go to a thread and back. */
export interface Sizes {
  readonly values: number;
  /** 0 where there are none. */
  readonly running: number;
}

/**
 * @typeParam S what a sample of the job is
 * @typeParam R what the job's source answers
 */
export async function openThreads<S, R extends Computed>(
  count: number,
  job: Job,
  sizes: Sizes,
): Promise<Threads<S, R>> {
  // Data, though there are none: a package among those that read pictures takes any thread without for one of its own and ends it.
  const thread = new URL('./thread.mjs', import.meta.url);
  const workers = Array.from({ length: count }, () => new Worker(thread, { workerData: {} }));
  const close = async () => void (await Promise.all(workers.map((worker) => worker.terminate())));
  // A thread that dies answers no call: whoever waits for it must hear.
  const died = new Promise<never>((_, reject) => {
    for (const worker of workers) worker.once('error', reject);
  });
  died.catch(() => {});
  try {
    const sources = await Promise.race([
      Promise.all(workers.map((worker) => openSource<S, R>(worker, job, sizes, died))),
      died,
    ]);
    return { sources, close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

async function openSource<S, R extends Computed>(
  worker: Worker,
  job: Job,
  sizes: Sizes,
  died: Promise<never>,
): Promise<Source<S, R>> {
  const shared: SharedNumbers = {
    values: sharedFloats(sizes.values),
    running: sizes.running > 0 ? sharedFloats(sizes.running) : null,
    gradient: sharedFloats(sizes.values),
  };
  const thread = wrap<Thread>(nodeEndpoint(worker));
  await thread.open(job, shared);
  return {
    async gradient({ values, running }, samples) {
      shared.values.set(values);
      if (running) shared.running?.set(running);
      const rest = await Promise.race([thread.gradient(samples), died]);
      return { ...rest, gradient: Float32Array.from(shared.gradient) } as R;
    },
  };
}
