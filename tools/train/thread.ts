/// <reference path="./comlink-node.d.ts" />
/** One thread of a training: a backend of its own, asked for gradients over comlink. */
import { parentPort } from 'node:worker_threads';
import { expose } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import type { BatchGradient, PerceptualGradient } from '../../web/engine/train/gradient';
import type { Sample } from '../../web/engine/train/samples';
import { openSource, type Setting } from './setting';

/** Lies in shared memory: megabytes sent as messages at every step are memory that Node never gives back. */
export interface SharedNumbers {
  readonly values: Float32Array<SharedArrayBuffer>;
  readonly running: Float32Array<SharedArrayBuffer> | null;
  readonly gradient: Float32Array<SharedArrayBuffer>;
}

let open: { readonly source: PerceptualGradient; readonly shared: SharedNumbers } | undefined;

const thread = {
  async open(setting: Setting, shared: SharedNumbers): Promise<void> {
    open = { source: await openSource(setting), shared };
  },
  /** Reads the parameters from shared memory and writes the gradient there. */
  async gradient(samples: readonly Sample[]): Promise<Omit<BatchGradient, 'gradient'>> {
    if (!open) throw new Error('The thread is not open.');
    const { values, running, gradient } = open.shared;
    const { gradient: computed, ...rest } = await open.source.gradient({ values, running }, samples);
    gradient.set(computed);
    return rest;
  },
};
export type Thread = typeof thread;

if (parentPort) expose(thread, nodeEndpoint(parentPort));
