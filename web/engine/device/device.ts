/** What the device layer hands to the engine, and what each backend's opener hands to the device layer. */

import type { BackendName, DeviceReport } from '../../../shared/backends';
import type { ReverieError } from '../../../shared/errors';
import type { PoolTuning } from './wasm/pool';

export interface DeviceMemory {
  /** Tensors alive. */
  readonly tensors: number;
  /** Bytes that live tensors hold. */
  readonly bytes: number;
  /** Bytes taken from the system, pooled and free ones included. */
  readonly allocatedBytes: number;
}

/** The chosen backend, active in TensorFlow.js. One at a time per thread: TensorFlow.js has one active backend. */
export interface Device {
  readonly report: DeviceReport;
  /** Names of kernels and variants that gave wrong numbers here and that others stand in for. */
  readonly without: readonly string[];
  /** Bytes that a run may hold at its peak. */
  memoryBudget(): number;
  /** Bytes that it takes from the system for so many of tensors, at their peak. */
  takes(tensorBytes: number): number;
  memory(): DeviceMemory;
  /**
   * Called once when the device is lost or has failed (validation or out-of-memory error): results since then are
   * not to be trusted. The error's code is `device-lost` or `out-of-memory`. Called at once if it has happened.
   */
  onLost(callback: (error: ReverieError) => void): void;
  /** Throws the error of `onLost` if the device has failed. Cheap: call after every read. */
  check(): void;
  /**
   * Compiles what `run` would use, in parallel, without computing: call before a first iteration, whose kernels would
   * compile one after another. `run` must read no data; what it returns is thrown away. Only WebGPU compiles.
   */
  compile(run: () => void): Promise<void>;
  /** Gives pooled buffers back to the system: call between pyramid scales, whose buffer sizes never return. */
  trim(): void;
  /** Every tensor on the device is gone afterwards. */
  dispose(): void;
}

export interface WasmOptions {
  /** Folder (ending in /) or file names to URLs, as `setWasmPaths` takes; default: as bundled, or the package in Node. */
  readonly paths?: string | Record<string, string>;
  /** Of the kernels, at most; default: `threadsHere`. 1 where memory cannot be shared. */
  readonly threads?: number | undefined;
  readonly pool?: Partial<PoolTuning>;
}

export interface DeviceOptions {
  /** Use exactly this backend, or throw `backend-unavailable`. Default: the best one that passes its self-test. */
  readonly backend?: BackendName | undefined;
  /** Passed over: they failed in mid-run. */
  readonly exclude?: readonly BackendName[];
  readonly wasm?: WasmOptions;
  /** Overrides the guess whether this is a phone or tablet, which has less memory to give. */
  readonly mobile?: boolean;
}

/** A backend set up and active, not yet self-tested. */
export interface OpenedBackend {
  /** See DeviceReport.description. */
  readonly description: string;
  readonly budgetBytes: number;
  /** See Device; absent: as many. */
  takes?(tensorBytes: number): number;
  /** Bytes held and taken; tensors are counted by TensorFlow.js. */
  bytes(): { readonly bytes: number; readonly allocatedBytes: number };
  /** The failure, once there is one. */
  readonly failed: Promise<ReverieError>;
  failure(): ReverieError | null;
  compile(run: () => void): Promise<void>;
  trim(): void;
  /** Ways of computing that it has beside its plain one, off until they are tested, by name; `everywhere` while they are: at small sizes too. */
  readonly variants?: Readonly<Record<string, (on: boolean | 'everywhere') => void>>;
  close(): void;
  /** Milliseconds of a piece of work, while it is the active one; absent: it is not to be compared. */
  time?(): Promise<number>;
}

/**
 * Throws `backend-unavailable` with a reason that a person can read.
 * @param glance refuses it by throwing, as soon as it is known what it is, before anything is downloaded for it
 */
export type OpenBackend = (
  options: DeviceOptions,
  glance?: (description: string) => Promise<void>,
) => Promise<OpenedBackend>;
