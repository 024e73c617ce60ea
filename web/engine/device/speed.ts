/**
 * Whether WebGPU is worth having here. Where the processor plays the graphics card (SwiftShader, llvmpipe), WebGPU is there, it
 * is right, and takes fifty times as long as WASM. Where its name does not tell, both are timed at one convolution as networks
 * have them, and what came of it is remembered for the device.
 */
import * as tf from '@tensorflow/tfjs-core';
import { createStore, get, set } from 'idb-keyval';
import { isSoftware } from '../../../shared/backends';
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { conv2d } from '../kernels';
import { activate } from './activate';
import type { OpenedBackend } from './device';
import { withTimeout } from './timeout';

/** Milliseconds for the same work. WASM is not timed where WebGPU is quick: a visitor with a GPU does not download it. */
export interface Speeds {
  readonly webgpuMs: number;
  readonly wasmMs?: number | undefined;
  /** When it was measured, by Date.now(). */
  readonly at: number;
}

const channels = 64;
const padding = { mode: 'reflect', top: 1, bottom: 1, left: 1, right: 1 } as const;

/**
 * How much longer the work takes than hardly any: what it takes to ask and be answered is no part of it, as Firefox looks
 * only every 100 ms whether a GPU is done (Bugzilla 1870699).
 */
export async function workMs(hardlyAny: () => Promise<void>, work: () => Promise<void>): Promise<number> {
  const msOf = async (run: () => Promise<void>) => {
    const startedAt = performance.now();
    await run();
    return performance.now() - startedAt;
  };
  // The first of each compiles. WASM gets faster within a few calls, as the browser optimises what is called often.
  await hardlyAny();
  await work();
  let [answer, both] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const startedAt = performance.now();
  for (let round = 0; round < 7 && (round === 0 || performance.now() - startedAt < 100); round++) {
    answer = Math.min(answer, await msOf(hardlyAny));
    both = Math.min(both, await msOf(work));
  }
  return Math.max(0, both - answer);
}

/** Milliseconds that the active backend takes for 0.3 billion multiplications and additions. */
export async function timeConvolution(): Promise<number> {
  const filter = tf.ones<tf.Rank.R4>([3, 3, channels, channels]);
  const bias = tf.zeros<tf.Rank.R1>([channels]);
  const [small, large] = [8, 64].map((side) => tf.ones<tf.Rank.R4>([1, side, side, channels])) as [
    tf.Tensor4D,
    tf.Tensor4D,
  ];
  const convolve = async (input: tf.Tensor4D) => {
    const output = conv2d(input, filter, bias, { stride: 1, padding, relu: true });
    await output.data();
    output.dispose();
  };
  try {
    return await workMs(
      () => convolve(small),
      () => convolve(large),
    );
  } finally {
    tf.dispose([filter, bias, small, large]);
  }
}

/** By its name no graphics card. */
export class NoCard extends ReverieError<'backend-unavailable'> {}

/**
 * A processor that plays a graphics card and says so need not be timed: nothing is downloaded and compiled for it.
 * @throws NoCard unless it was timed before
 */
export async function assertCard(description: string): Promise<void> {
  if (!isSoftware({ description }) || (await recallSpeeds(description))) return;
  const reason = `slower than the processor: ${description} is one that plays a graphics card`;
  throw new NoCard('backend-unavailable', reason, { data: { why: 'slow' } });
}

/**
 * Times an opened WebGPU against WASM, unless it is known from before, or is so quick that there is no question.
 * @throws ReverieError `backend-unavailable`, `slow`: WASM does the same in less time
 */
export async function assertWorthwhile(gpu: OpenedBackend, openWasm: () => Promise<OpenedBackend>): Promise<void> {
  if (!gpu.time) return;
  const speeds = (await recallSpeeds(gpu.description)) ?? (await measure(gpu, gpu.time, openWasm));
  const { webgpuMs, wasmMs } = speeds;
  if (wasmMs === undefined || webgpuMs <= wasmMs) return;
  const [slow, quick] = [webgpuMs, wasmMs].map((ms) => Math.max(1, Math.round(ms)));
  throw new ReverieError(
    'backend-unavailable',
    `slower than the processor: ${gpu.description} takes ${slow} ms for what WASM does in ${quick} ms`,
    { data: { why: 'slow' } },
  );
}

async function measure(
  gpu: OpenedBackend,
  time: () => Promise<number>,
  openWasm: () => Promise<OpenedBackend>,
): Promise<Speeds> {
  const lost = gpu.failed.then((error): never => {
    throw error;
  });
  const { selfTestTimeoutMs, quickMs } = limits.device;
  const webgpuMs = await withTimeout(Promise.race([time(), lost]), selfTestTimeoutMs, 'was not measured in time');
  const wasmMs = webgpuMs > quickMs ? await timeWasm(openWasm) : undefined;
  const speeds = { webgpuMs, wasmMs, at: Date.now() };
  await rememberSpeeds(gpu.description, speeds);
  return speeds;
}

/** What was active is so again afterwards. @returns undefined where there is no WASM */
async function timeWasm(openWasm: () => Promise<OpenedBackend>): Promise<number | undefined> {
  const active = tf.getBackend() as Parameters<typeof activate>[0];
  const wasm = await openWasm().catch(() => null);
  try {
    return await wasm?.time?.();
  } finally {
    wasm?.close();
    await activate(active);
  }
}

const store = () => createStore('reverie-device', 'speeds');

/** What was measured on a device of this description within the last weeks; drivers, browsers and kernels change. */
async function recallSpeeds(description: string): Promise<Speeds | undefined> {
  const speeds = await unlessRefused(() => get<Speeds>(description, store()));
  return speeds && Date.now() - speeds.at < limits.device.speedDays * 86_400_000 ? speeds : undefined;
}

export const rememberSpeeds = (description: string, speeds: Speeds): Promise<void> =>
  unlessRefused(() => set(description, speeds, store())).then(() => undefined);

/** A store that is not there (Node), full, blocked or hanging only means measuring again. */
async function unlessRefused<T>(operation: () => Promise<T>): Promise<T | undefined> {
  try {
    return await withTimeout(operation(), limits.weights.storageTimeoutMs, 'no storage');
  } catch {
    return undefined;
  }
}
