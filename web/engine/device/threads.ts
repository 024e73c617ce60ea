/** How many threads the WASM kernels get where nobody says. */
import { limits } from '../../../shared/limits';

export interface ThreadFacts {
  readonly mobile: boolean;
  /** `navigator.hardwareConcurrency`. */
  readonly cores?: number | undefined;
}

/** All cores, but for one where there are many: the page needs it. */
export function threadsHere({ mobile, cores = coresHere() }: ThreadFacts): number {
  const { most, mostMobile } = limits.device.threads;
  const spare = cores > 4 ? 1 : 0;
  return Math.max(1, Math.min(cores - spare, mobile ? mostMobile : most));
}

const coresHere = (): number =>
  (globalThis as { navigator?: { readonly hardwareConcurrency?: number } }).navigator?.hardwareConcurrency ?? 1;
