/**
 * The engine's contract with whoever drives it: the studio through a Web Worker (`client.ts`), the
 * command line and the tests directly (`host/engine.ts`). Plain data only, so that everything crosses
 * `postMessage`. Buffers of previews and results are transferred, not copied; inputs stay the caller's.
 */
import type { BackendName, DeviceReport } from '../../shared/backends';
import type { ErrorRecord } from '../../shared/errors';
import type { WeightsManifest } from '../../shared/manifest';
import type { RunRecord } from '../../shared/record';
import type { Recipe } from '../../shared/techniques';
import type { Frame, GramData, OwnStyle, Pixels, Print, Progress, ViewData } from './types';

export { type BackendName, backendNames, type DeviceReport } from '../../shared/backends';
export type { RunRecord } from '../../shared/record';
export * from './types';

export interface MemoryEstimate {
  /** Peak bytes of a run at the recipe's size: an iteration's tensors, and what is held beside them. */
  readonly bytes: number;
  /** What this device may spend. */
  readonly budgetBytes: number;
  /** The largest size (long side, pixels) that fits; equal to the recipe's when it fits, 0 when none does. */
  readonly fittingSize: number;
}

/** Everything a run needs; `inputs.content` may be any size, the engine scales it to the recipe's. */
export interface RunRequest {
  readonly recipe: Recipe;
  readonly inputs: {
    /**
     * The photo, or the texture's sample; null for a recipe that starts from nothing (a feature's picture). Where it is
     * transparent, so is what is painted over it.
     */
    readonly content: Pixels | null;
    /** One per entry of `recipe.styles` that is an image, in that order. */
    readonly styles?: readonly Pixels[];
    /** One per entry of `recipe.styles` that has a mask, in that order: white paints, black and transparent do not. */
    readonly masks?: readonly Pixels[];
    /** For a recipe with a `strengthMap`: grey, of the photo's proportions. */
    readonly strengthMap?: Pixels | undefined;
    /**
     * For a frame of a film or a camera: the film's name. What one pass measures on the first frame is held for the others, so
     * that they do not flicker; a cut begins anew.
     */
    readonly film?: string | undefined;
    /** What is wanted is a print: `content` is the photo at the size of what hangs, and the picture comes in bands (`onBand`). */
    readonly print?: Print | undefined;
    /** For a recipe that begins with a picture (`startsFromPicture`). */
    readonly start?: Pixels | undefined;
    /** For a view that compares photos (`photosOf`), in the recipe's order. */
    readonly photos?: readonly Pixels[] | undefined;
    /** For a recipe with a guide. */
    readonly guide?: Pixels | undefined;
    /** The styles of a fast recipe that are somebody's own (`isOwnStyle`); more than it names do no harm. */
    readonly own?: readonly OwnStyle[] | undefined;
  };
}

/** What a run leaves behind: the picture and the record that lets anyone repeat it. */
export interface RunResult {
  readonly pixels: Pixels;
  /** Frames of a film, rungs of a ladder, cells of a mosaic; empty for a technique that makes one picture. */
  readonly frames: readonly Frame[];
  /** For a Gram matrix: what it takes to look at any pair of its channels. */
  readonly gram?: GramData;
  /** For other views: what it takes to look into them. */
  readonly data?: ViewData;
  readonly record: RunRecord;
  /**
   * False when the person cancelled, or the run gave up (`record.failure` says why): `pixels` is then the last image, as
   * large as the result, and still theirs to keep.
   */
  readonly complete: boolean;
}

/** Work under way, of any kind: a run, a download. */
export interface Job<Result> {
  /** Rejects with a `ReverieError`. */
  readonly result: Promise<Result>;
  /** Takes effect within one step. */
  pause(): void;
  resume(): void;
  /**
   * Takes effect within one step. What there is by then is the result, and says that it is not complete; where there is
   * nothing yet, `result` rejects with `aborted`.
   */
  cancel(): void;
}

/**
 * Who listens to a job; all functions are optional. The work waits for none of them, but where one returns a promise, the
 * next preview is not made before that settles.
 */
export interface JobListener {
  /** The device that it computes on: once at the start, and again when it goes on with another. */
  onDevice?(report: DeviceReport): unknown;
  onProgress?(progress: Progress): unknown;
}

export interface RunListener extends JobListener {
  onPreview?(pixels: Pixels): unknown;
  /** Of a print: its rows from the top, none left out; the next ones are made when the promise settles. */
  onBand?(pixels: Pixels): unknown;
}

export interface EngineOptions {
  /** Base URL of the edge; manifests, shards and presets are fetched below it. */
  readonly baseUrl: string;
  /** Use only this backend (tests, the command line); default: best that passes its self-test. */
  readonly backend?: BackendName;
}

/** Implemented twice: in place (`host/engine.ts`) and through a Web Worker (`client.ts`). */
export interface Engine {
  /** Chooses and self-tests a backend; cheap when called again. */
  device(): Promise<DeviceReport>;
  /** Fetches, verifies and stores weights ahead of a run, so that the first run starts at once. */
  prepare(network: string, listener?: JobListener): Job<WeightsManifest>;
  estimate(recipe: Recipe, content: { width: number; height: number }): Promise<MemoryEstimate>;
  /** Queued: runs go one after another. Cancelled, or given up, it comes to its last image. */
  run(request: RunRequest, listener?: RunListener): Job<RunResult>;
  /** Deletes every stored weight and preset on this device. */
  clearStorage(): Promise<void>;
  dispose(): Promise<void>;
}

/** The methods of `Engine` that begin a job. */
export type JobKind = 'prepare' | 'run';

/** Results cross the worker boundary as values: comlink strips an error's class and code (comlink 4.4). */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorRecord };
