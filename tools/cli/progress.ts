/** Progress on stderr: one line that updates itself on a terminal, plain lines now and then elsewhere. */
import type { Progress } from '../../web/engine/api';
import type { Output } from '../commandLine';

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/** `95 s` below two minutes, `3 min 20 s` above. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** One record as one line, without its end. */
export function progressLine(progress: Progress): string {
  const { phase, step, steps, bytes, scale, loss, msPerStep, remainingMs, memoryBytes } = progress;
  const parts: string[] = [phase];
  if (scale) parts.push(`scale ${scale.index}/${scale.count} ${scale.width}×${scale.height}`);
  if (steps > 0) parts.push(`${step}/${steps}`);
  if (bytes) parts.push(`${mebibytes(bytes.loaded)} of ${mebibytes(bytes.total)}${bytes.cached ? ' (stored)' : ''}`);
  if (loss !== undefined) parts.push(`loss ${loss.toPrecision(4)}`);
  if (msPerStep !== undefined) parts.push(`${msPerStep.toFixed(0)} ms/step`);
  if (remainingMs !== undefined) parts.push(`${duration(remainingMs)} left`);
  if (memoryBytes !== undefined) parts.push(mebibytes(memoryBytes));
  return parts.join('  ');
}

export interface Reporter {
  progress(progress: Progress): void;
  /** A sentence that stays. */
  note(text: string): void;
  /** Ends the updating line; call before anything else writes to the terminal. */
  end(): void;
}

/** Off a terminal: a line for every phase and scale, and one this often within them, milliseconds. */
const plainIntervalMs = 5_000;

export function createReporter(output: Output, quiet: boolean, now: () => number = Date.now): Reporter {
  if (quiet) return { progress() {}, note() {}, end() {} };
  let open = false;
  let section = '';
  let last = Number.NEGATIVE_INFINITY;
  const end = () => {
    if (open) output.write('\n');
    open = false;
  };
  return {
    progress(progress) {
      if (output.isTTY) {
        // Carriage return, erase to the end of the line (ECMA-48).
        output.write(`\r\u001b[K${progressLine(progress)}`);
        open = true;
        return;
      }
      const current = `${progress.phase} ${progress.scale?.index ?? ''}`;
      if (current === section && now() - last < plainIntervalMs) return;
      section = current;
      last = now();
      output.write(`${progressLine(progress)}\n`);
    },
    note(text) {
      end();
      output.write(`${text}\n`);
    },
    end,
  };
}
