/**
 * How many bytes a run may hold at its peak, decided before it starts. Browsers do not say how much memory a GPU
 * has; the budget is a guess from what they do say, on the careful side, because going over it loses the device or
 * the page (engine notes, iOS: about 1.5 GB for the whole process).
 */

import type { BackendName } from '../../../shared/backends';
import { limits } from '../../../shared/limits';

export interface MemoryFacts {
  readonly backend: BackendName;
  readonly mobile?: boolean;
  /** WebGPU only: the adapter's largest buffer, which grows with the memory of the GPU. */
  readonly maxBufferSize?: number;
  /** `navigator.deviceMemory`, GiB, rounded and at most 8 (Chromium only). */
  readonly deviceMemory?: number | undefined;
}

/** Peak bytes that a run may hold. */
export function memoryBudget({ backend, mobile, maxBufferSize = 0, deviceMemory = hinted() }: MemoryFacts): number {
  const { budget } = limits.device;
  // A quarter of a small machine's memory: the page, its canvases and the system need theirs.
  const share = deviceMemory === undefined ? Number.POSITIVE_INFINITY : (deviceMemory * 1024 ** 3) / 4;
  if (mobile) return Math.min(budget.mobileBytes, share);
  switch (backend) {
    case 'cpu':
      return Math.min(budget.cpuBytes, share);
    case 'wasm':
      return Math.min(budget.wasmBytes, share);
    case 'webgpu': {
      const most = Math.max(budget.webgpuMinBytes, Math.min(budget.webgpuMaxBytes, maxBufferSize));
      return Math.min(most, Math.max(budget.webgpuMinBytes, share));
    }
  }
}

/**
 * What a WASM heap begins with (TensorFlow.js' INITIAL_MEMORY), what of it is not the run's, its network among it, and what each
 * thread beside the first computes in: a block of a convolution.
 */
const heapBytes = { least: 16 * 1024 ** 2, beside: 6 * 1024 ** 2, perThread: 640 * 1024 };
/** Estimates of tensors are on the safe side, by 1.2 to 1.5; what is freed leaves holes, of a twentieth to a third. */
const heapShare = 0.85;

/**
 * How large a WASM heap grows in a run whose tensors are estimated at so many bytes. Measured after runs of every technique at 256
 * to 512 pixels, each in a fresh heap, and at 320 on two, four and eight threads: 0.87 to 1.2 of what they took.
 */
export function heapFor(tensorBytes: number, threads: number): number {
  const { least, beside, perThread } = heapBytes;
  return Math.max(least, beside + heapShare * tensorBytes + (threads - 1) * perThread);
}

interface NavigatorHints {
  readonly deviceMemory?: number;
  readonly userAgent?: string;
  readonly maxTouchPoints?: number;
  readonly userAgentData?: { readonly mobile: boolean };
}

const navigatorHints = (): NavigatorHints => (globalThis as { navigator?: NavigatorHints }).navigator ?? {};
const hinted = (): number | undefined => navigatorHints().deviceMemory;

/** Phones and tablets; an iPad that calls itself a Mac is only known by its touch points, which a worker cannot see. */
export function isMobile({ userAgent = '', userAgentData, maxTouchPoints = 0 } = navigatorHints()): boolean {
  if (userAgentData?.mobile) return true;
  return /Android|iPhone|iPad|iPod|Mobile/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1);
}
