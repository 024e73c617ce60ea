/**
 * What follows when a device fails in the middle of a job, of whatever kind: attempt after attempt, each from where the one
 * before it was kept. Lost: the same backend once more, then the next. Out of memory: smaller, where the job can do with
 * less, then the next backend.
 */
import type { BackendName } from '../../../shared/backends';
import { type ErrorRecord, ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { clipped, type Trouble } from '../../../shared/record';
import type { JobControl } from './control';
import type { Devices, OpenDevice } from './devices';
import { asComputeError } from './memory';
import { abortable } from './queue';

export interface Recoverable<Result> {
  /** Goes on from wherever the attempt before it got to. @param troubles of the attempts before it */
  attempt(open: OpenDevice, troubles: readonly Trouble[]): Promise<Result>;
  /** Steps that are kept. */
  readonly step: number;
  /** Makes the next attempt ask for less memory. @returns how; null when there is nothing to be done */
  shrink?(): Pick<Trouble, 'tile'> | null;
  /**
   * What it comes to when nothing is left to try, or it was cancelled between attempts; undefined when there is nothing.
   * @param failure undefined when it was cancelled
   */
  salvage?(troubles: readonly Trouble[], failure: ErrorRecord | undefined): Result | undefined;
}

/** @throws ReverieError what nothing could be done about */
export async function recovering<Result>(
  devices: Devices,
  control: JobControl,
  job: Recoverable<Result>,
): Promise<Result> {
  const troubles: Trouble[] = [];
  const exclude = new Set<BackendName>();
  const follows = (error: ReverieError, backend: BackendName): boolean => {
    const outOfMemory = error.code === 'out-of-memory';
    if (!outOfMemory && error.code !== 'device-lost') return false;
    // What carries numbers was refused before it began, and is not to be begun on a slower device unasked.
    if (error.about('out-of-memory') && troubles.length === 0) return false;
    if (troubles.length >= limits.device.maxRecoveries) return false;
    const smaller = outOfMemory ? (job.shrink?.() ?? null) : null;
    const lostBefore = troubles.some((trouble) => trouble.code === 'device-lost' && trouble.backend === backend);
    if (outOfMemory ? !smaller : lostBefore) exclude.add(backend);
    troubles.push({ code: error.code, message: clipped(error.message), backend, step: job.step, ...smaller });
    return true;
  };

  devices.users.add(control);
  try {
    for (;;) {
      let open: OpenDevice | undefined;
      control.report({ phase: 'device', step: 0, steps: 1 });
      try {
        open = await abortable(devices.open([...exclude]), control.signal);
        control.device(open.device.report);
        control.report({ phase: 'device', step: 1, steps: 1 });
        return await job.attempt(open, troubles);
      } catch (cause) {
        const error = asComputeError(cause);
        if (open && !control.signal.aborted && follows(error, open.device.report.backend)) {
          await devices.abandon(open);
          control.recover();
          continue;
        }
        // Without any device left, what went wrong first says more than that.
        const reason = open || !troubles[0] ? error : ReverieError.fromRecord(troubles[0]);
        const rest = job.salvage?.(troubles, control.signal.aborted ? undefined : reason.toRecord());
        if (rest === undefined) throw reason;
        return rest;
      }
    }
  } finally {
    devices.users.delete(control);
  }
}
