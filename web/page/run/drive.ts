/**
 * What drives a run on a page, the studio's and the share page's alike: one at a time, with its progress, its growing
 * picture, pause and cancel; and whatever it comes to is kept, if that is only the last preview of a run that broke.
 */
import { computed, signal } from '@preact/signals';
import { ReverieError } from '../../../shared/errors';
import type { DeviceReport, Engine, Job, Pixels, Progress, RunRequest, RunResult } from '../../engine/api';
import { getEngine } from './engine';

export type RunStatus = 'idle' | 'running' | 'paused' | 'cancelling';

/** What a run came to. `record` is null for the last preview of a run that broke. */
export type Outcome = Omit<RunResult, 'record'> & { readonly record: RunResult['record'] | null };

export interface Drive {
  /** What is to be run; whatever it awaits, a cancel ends the run after it. */
  prepare(engine: Engine, signal: AbortSignal): RunRequest | Promise<RunRequest>;
  onDevice?(report: DeviceReport): void;
  onPreview?(pixels: Pixels, progress: Progress | null): void;
  /** Called once, unless there is no picture at all. */
  keep(outcome: Outcome): void | Promise<void>;
}

export const runStatus = signal<RunStatus>('idle');
export const progress = signal<Progress | null>(null);
export const preview = signal<Pixels | null>(null);
export const busy = computed(() => runStatus.value !== 'idle');

let abort = new AbortController();
let job: Job<RunResult> | null = null;

/**
 * Does nothing while a run is under way.
 * @returns what went wrong, though there may be a picture all the same; null for a run that ended well, or was cancelled
 */
export async function drive({ prepare, onDevice, onPreview, keep }: Drive): Promise<ReverieError | null> {
  if (busy.peek()) return null;
  abort = new AbortController();
  const { signal } = abort;
  runStatus.value = 'running';
  progress.value = { phase: 'device', step: 0, steps: 1 };
  preview.value = null;
  let kept = false;
  try {
    const engine = await getEngine();
    const request = await prepare(engine, signal);
    // Stopped while all that was on its way.
    signal.throwIfAborted();
    job = engine.run(request, {
      onDevice: (report) => onDevice?.(report),
      onProgress: (next) => {
        progress.value = next;
      },
      onPreview: async (pixels) => {
        preview.value = pixels;
        onPreview?.(pixels, progress.peek());
        await drawn();
      },
    });
    if (runStatus.peek() === 'paused') job.pause();
    const result = await job.result;
    kept = true;
    await keep(result);
    const { failure } = result.record;
    return failure ? ReverieError.fromRecord(failure) : null;
  } catch (cause) {
    const error = ReverieError.from(cause);
    const last = preview.peek();
    const rest = { frames: [], record: null, complete: false };
    // What went wrong first is what is told.
    if (last && !kept)
      await Promise.resolve({ pixels: last, ...rest })
        .then(keep)
        .catch(() => undefined);
    return error.code === 'aborted' || signal.aborted ? null : error;
  } finally {
    job = null;
    preview.value = null;
    progress.value = null;
    runStatus.value = 'idle';
  }
}

/** Settles when the browser has drawn what there is: the engine's next preview waits for that. */
export const drawn = () => new Promise<unknown>((next) => requestAnimationFrame(next));

export function togglePause(): void {
  if (runStatus.peek() === 'running') {
    runStatus.value = 'paused';
    job?.pause();
  } else if (runStatus.peek() === 'paused') {
    runStatus.value = 'running';
    job?.resume();
  }
}

/** Stops within one step and keeps the last image. */
export function cancel(): void {
  if (!busy.peek() || runStatus.peek() === 'cancelling') return;
  runStatus.value = 'cancelling';
  abort.abort(new ReverieError('aborted', 'Stopped.'));
  job?.cancel();
}
