/** Several threads that compute gradients, each with a backend of its own. */
import { Worker } from 'node:worker_threads';
import { type Remote, wrap } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import type { GradientSource } from '../../web/engine/train/gradient';
import type { Setting } from './setting';
import type { Thread } from './thread';

export interface Threads {
  readonly sources: readonly GradientSource[];
  close(): Promise<void>;
}

export async function openThreads(count: number, setting: Setting): Promise<Threads> {
  const workers = Array.from({ length: count }, () => new Worker(new URL('./thread.mjs', import.meta.url)));
  const close = async () => void (await Promise.all(workers.map((worker) => worker.terminate())));
  // A thread that dies answers no call: whoever waits for it must hear.
  const died = new Promise<never>((_, reject) => {
    for (const worker of workers) worker.once('error', reject);
  });
  died.catch(() => {});
  try {
    const threads: Remote<Thread>[] = workers.map((worker) => wrap<Thread>(nodeEndpoint(worker)));
    await Promise.race([Promise.all(threads.map((thread) => thread.open(setting))), died]);
    const sources = threads.map(
      (thread): GradientSource => ({
        gradient: (parameters, pictures) => Promise.race([thread.gradient(parameters, pictures), died]),
      }),
    );
    return { sources, close };
  } catch (cause) {
    await close();
    throw cause;
  }
}
