/**
 * What crosses the boundary between page and worker. Calls go through comlink; everything that belongs to
 * one run (progress, previews, its outcome; pause and cancel the other way) goes over that run's own
 * MessagePort, so that it arrives in order and ends with the run. Knows neither comlink nor Worker.
 */
import { isErrorRecord, ReverieError } from '../../../shared/errors';
import type { WeightsManifest } from '../../../shared/manifest';
import type { Recipe } from '../../../shared/recipe';
import {
  type DeviceReport,
  type EngineOptions,
  type MemoryEstimate,
  type Outcome,
  type Pixels,
  type Progress,
  phases,
  type RunRequest,
  type RunResult,
  type TrainRequest,
} from '../api';

/** Posted once by the worker when its module has loaded; a failed import would otherwise hang silently. */
export interface ReadyMessage {
  readonly type: 'reverie-ready';
  readonly version: string;
}

export interface StartOptions extends EngineOptions {
  /** A Web Lock the worker holds as long as it lives: the page learns of its death by being granted it. */
  readonly lifeLock?: string;
}

/** The worker's side of comlink. No method throws: codes would be lost (comlink 4.4 keeps message and stack only). */
export interface RemoteEngine {
  start(options: StartOptions): Promise<Outcome<void>>;
  device(): Promise<Outcome<DeviceReport>>;
  /** Answers when it has begun; progress and the manifest arrive on `port`, so that neither overtakes the other. */
  prepare(network: string, port: MessagePort): Promise<Outcome<void>>;
  estimate(recipe: Recipe, content: { width: number; height: number }): Promise<Outcome<MemoryEstimate>>;
  /** Answers when the run is accepted; how it ended arrives on `port`. */
  run(request: RunRequest, port: MessagePort): Promise<Outcome<void>>;
  /** Answers when the training has begun; all else arrives on `port` (trainingProtocol.ts). */
  train(request: TrainRequest, port: MessagePort): Promise<Outcome<void>>;
  clearStorage(): Promise<Outcome<void>>;
}

/** Worker → page, over the port of a run or of `prepare`. `outcome` or `prepared` is the last one. */
export type PageMessage =
  | { readonly type: 'device'; readonly report: DeviceReport }
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'preview'; readonly pixels: Pixels }
  | { readonly type: 'prepared'; readonly outcome: Outcome<WeightsManifest> }
  | { readonly type: 'outcome'; readonly outcome: Outcome<RunResult> };

const commands = ['pause', 'resume', 'cancel', 'preview-taken'] as const;

/** Page → worker, over the port of a run or of a training. */
export interface CommandMessage {
  readonly type: (typeof commands)[number];
}

type Fields = Readonly<Record<string, unknown>>;
export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const isCount = (value: unknown) => Number.isInteger(value) && (value as number) >= 0;

export function isReadyMessage(value: unknown): value is ReadyMessage {
  return isFields(value) && value.type === 'reverie-ready' && typeof value.version === 'string';
}

export function isPixels(value: unknown): value is Pixels {
  if (!isFields(value) || !isCount(value.width) || !isCount(value.height)) return false;
  return (
    value.data instanceof Uint8ClampedArray && value.data.length === Number(value.width) * Number(value.height) * 4
  );
}

/** Checks the frame of an outcome; what it carries is of the caller's own making. */
export function isOutcome(value: unknown): value is Outcome<unknown> {
  return isFields(value) && (value.ok === true || (value.ok === false && isErrorRecord(value.error)));
}

export function isCommandMessage(value: unknown): value is CommandMessage {
  return isFields(value) && (commands as readonly unknown[]).includes(value.type);
}

export function isProgress(value: unknown): value is Progress {
  return isFields(value) && (phases as readonly unknown[]).includes(value.phase) && typeof value.step === 'number';
}

export function isPageMessage(value: unknown): value is PageMessage {
  if (!isFields(value)) return false;
  switch (value.type) {
    case 'device':
      return isFields(value.report) && typeof value.report.backend === 'string';
    case 'progress':
      return isProgress(value.progress);
    case 'preview':
      return isPixels(value.pixels);
    case 'prepared':
      return isOutcome(value.outcome) && (!value.outcome.ok || isFields(value.outcome.value));
    case 'outcome': {
      if (!isOutcome(value.outcome)) return false;
      return !value.outcome.ok || (isFields(value.outcome.value) && isPixels(value.outcome.value.pixels));
    }
    default:
      return false;
  }
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
