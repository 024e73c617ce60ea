/**
 * What crosses the boundary between page and worker. Calls go through comlink; everything that belongs to one job, of
 * whatever kind (what it tells, how it ended; pause and cancel the other way) goes over that job's own MessagePort, so that
 * it arrives in order and ends with the job. Knows neither comlink nor Worker.
 */
import { isErrorRecord, ReverieError } from '../../../shared/errors';
import { isObject } from '../../../shared/objects';
import type { Recipe } from '../../../shared/techniques';
import type { DeviceReport, EngineOptions, JobKind, MemoryEstimate, Outcome } from '../api';

/** Posted once by the worker when its module has loaded; a failed import would otherwise hang silently. */
export interface ReadyMessage {
  readonly type: 'reverie-ready';
  readonly version: string;
}

export interface StartOptions extends EngineOptions {
  /** A Web Lock the worker holds as long as it lives: the page learns of its death by being granted it. */
  readonly lifeLock?: string;
}

export interface JobCall {
  readonly kind: JobKind;
  /** The first argument of the engine's method of that name. */
  readonly request: unknown;
  /** Names of the listener's functions. */
  readonly hears: readonly string[];
}

/** The worker's side of comlink. No method throws: codes would be lost (comlink 4.4 keeps message and stack only). */
export interface RemoteEngine {
  start(options: StartOptions): Promise<Outcome<void>>;
  device(): Promise<Outcome<DeviceReport>>;
  estimate(recipe: Recipe, content: { width: number; height: number }): Promise<Outcome<MemoryEstimate>>;
  /** Answers when the job is accepted; all else of it arrives on `port`. */
  begin(call: JobCall, port: MessagePort): Promise<Outcome<void>>;
  clearStorage(): Promise<Outcome<void>>;
}

/** Worker → page, over a job's port. `end` is the last one. */
export type JobMessage =
  | { readonly type: 'told'; readonly event: string; readonly told: readonly unknown[] }
  | { readonly type: 'end'; readonly outcome: Outcome<unknown> };

/** Page → worker, over a job's port. `taken`: the listener is done with what it was last told of this event. */
export type JobCommand =
  | { readonly type: 'pause' | 'resume' | 'cancel' }
  | { readonly type: 'taken'; readonly event: string };

export function isReadyMessage(value: unknown): value is ReadyMessage {
  return isObject(value) && value.type === 'reverie-ready' && typeof value.version === 'string';
}

/** Checks the frame of an outcome; what it carries is of the caller's own making. */
export function isOutcome(value: unknown): value is Outcome<unknown> {
  return isObject(value) && (value.ok === true || (value.ok === false && isErrorRecord(value.error)));
}

/** Every buffer in a message, once: they are moved, not copied. */
export function buffersIn(value: unknown, found: Set<ArrayBuffer> = new Set()): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) found.add(value.buffer as ArrayBuffer);
  else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) buffersIn(each, found);
  return [...found];
}

/** Runs `task` and turns whatever it throws into an error record. */
export async function toOutcome<T>(task: () => T | Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await task() };
  } catch (cause) {
    return { ok: false, error: ReverieError.from(cause).toRecord() };
  }
}

/** The inverse of `toOutcome`. @throws ReverieError with the code it had on the other side. */
export function fromOutcome<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw ReverieError.fromRecord(outcome.error);
}
