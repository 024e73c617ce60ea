/// <reference path="./comlink-node.d.ts" />
/** One thread of a training: a backend of its own, asked for gradients over comlink. */
import { parentPort } from 'node:worker_threads';
import { expose } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import type { Computed, Source } from '../../web/engine/train/sources';
import { type AnySetting, openAnySource } from './any/setting';
import { type BackboneSetting, openDistillation } from './backbone/setting';
import { openSource, type Setting } from './setting';

/** Who computes gradients, by what is trained. */
const openers = { network: openSource, backbone: openDistillation, any: openAnySource };

/** What a thread computes gradients of. */
export type Job =
  | { readonly kind: 'network'; readonly setting: Setting }
  | { readonly kind: 'backbone'; readonly setting: BackboneSetting }
  | { readonly kind: 'any'; readonly setting: AnySetting };

const sourceOf = ({ kind, setting }: Job) =>
  (openers[kind] as (setting: Job['setting']) => Promise<Source<unknown, Computed>>)(setting);

/** Lies in shared memory: megabytes sent as messages at every step are memory that Node never gives back. */
export interface SharedNumbers {
  readonly values: Float32Array<SharedArrayBuffer>;
  readonly running: Float32Array<SharedArrayBuffer> | null;
  readonly gradient: Float32Array<SharedArrayBuffer>;
}

/** Whoever asks knows which samples a job takes and what it answers. */
let open: { readonly source: Source<unknown, Computed>; readonly shared: SharedNumbers } | undefined;

const thread = {
  async open(job: Job, shared: SharedNumbers): Promise<void> {
    open = { source: await sourceOf(job), shared };
  },
  /** Reads the parameters from shared memory and writes the gradient there. */
  async gradient(samples: readonly unknown[]): Promise<Omit<Computed, 'gradient'>> {
    if (!open) throw new Error('The thread is not open.');
    const { values, running, gradient } = open.shared;
    const { gradient: computed, ...rest } = await open.source.gradient({ values, running }, samples);
    gradient.set(computed);
    return rest;
  },
};
export type Thread = typeof thread;

if (parentPort) expose(thread, nodeEndpoint(parentPort));
