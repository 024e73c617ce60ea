/// <reference path="./comlink-node.d.ts" />
/** Several threads that compute gradients, each with a backend of its own. */
import { Worker } from 'node:worker_threads';
import { wrap } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import type { GradientSource } from '../../web/engine/train/gradient';
import { layoutOf } from '../../web/engine/transformer/parameters';
import type { Setting } from './setting';
import type { SharedNumbers, Thread } from './thread';

export interface Threads {
  readonly sources: readonly GradientSource[];
  close(): Promise<void>;
}

const sharedFloats = (length: number) => new Float32Array(new SharedArrayBuffer(4 * length));

export async function openThreads(count: number, setting: Setting): Promise<Threads> {
  const workers = Array.from({ length: count }, () => new Worker(new URL('./thread.mjs', import.meta.url)));
  const close = async () => void (await Promise.all(workers.map((worker) => worker.terminate())));
  // A thread that dies answers no call: whoever waits for it must hear.
  const died = new Promise<never>((_, reject) => {
    for (const worker of workers) worker.once('error', reject);
  });
  died.catch(() => {});
  try {
    const sources = await Promise.race([Promise.all(workers.map((worker) => openSource(worker, setting, died))), died]);
    return { sources, close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

async function openSource(worker: Worker, setting: Setting, died: Promise<never>): Promise<GradientSource> {
  const { size, channels } = layoutOf(setting.options.network);
  const shared: SharedNumbers = {
    values: sharedFloats(size),
    running: setting.options.network.norm === 'batch' ? sharedFloats(2 * channels) : null,
    gradient: sharedFloats(size),
  };
  const thread = wrap<Thread>(nodeEndpoint(worker));
  await thread.open(setting, shared);
  return {
    async gradient({ values, running }, samples) {
      shared.values.set(values);
      if (running) shared.running?.set(running);
      const rest = await Promise.race([thread.gradient(samples), died]);
      return { ...rest, gradient: Float32Array.from(shared.gradient) };
    },
  };
}
