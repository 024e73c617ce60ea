/** What a pack writes on the machine that it measures, and `--read` prints. */

export const packFormat = 'reverie-pack/1';

/** A kernel's part in an iteration, as it was told to the GPU. */
export interface Told {
  /** The shader's name. */
  readonly key: string;
  readonly dispatches: number;
  /** Floating-point operations, by arithmetic from shapes. */
  readonly flop: number;
  /** Read and written at least once: what is bound to it. */
  readonly bytes: number;
}

export interface Contender {
  /** Median and quartiles, milliseconds; absent with a reason where it did not run. */
  readonly ms?: { readonly median: number; readonly low: number; readonly high: number; readonly count: number };
  readonly why?: string;
}

export interface Row {
  readonly what: 'iteration' | 'one pass' | 'dream';
  readonly network: string;
  readonly side: number;
  readonly reverie: Contender;
  readonly tensorflow?: Contender;
  readonly pytorch?: Contender;
  readonly told?: readonly Told[];
  readonly submits?: number;
  readonly allocatedBytes?: number;
  /** Of the whole card, while it was at it. */
  readonly watts?: number;
}

export interface Swept {
  readonly shape: string;
  readonly flop: number;
  /** Milliseconds of every tile that was tried, by its name; the first is the one that is taken by itself. */
  readonly tiles: readonly { readonly name: string; readonly ms: number }[];
}

export interface Card {
  readonly description: string;
  readonly software: boolean;
  readonly features: readonly string[];
  /** Of a plain register-blocked product of two matrices, 1e9 operations a second. */
  readonly gflops: number;
  /** Of a copy, 1e9 bytes a second, read and written. */
  readonly gigabytes: number;
  /** Microseconds of a dispatch that does nothing, told in a row of many. */
  readonly dispatchUs: number;
  /** Kernels that its self-test gave up. */
  readonly without: readonly string[];
}

export interface Packed {
  readonly format: typeof packFormat;
  readonly date: string;
  readonly engine: string;
  readonly seconds: number;
  readonly card: Card;
  readonly rows: readonly Row[];
  readonly swept: readonly Swept[];
  readonly notes: readonly string[];
}
