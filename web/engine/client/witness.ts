/** What a run told on the way, so that there is a result when its worker has to be terminated: the last preview. */
import { ReverieError } from '../../../shared/errors';
import { recordVersion } from '../../../shared/recipe/version';
import type { DeviceReport, Pixels, Progress, RunListener, RunRecord, RunRequest, RunResult } from '../api';
import { engineVersion } from '../host/version';

export class Witness {
  readonly #startedAt = performance.now();
  #device: DeviceReport | undefined;
  #image: Pixels | undefined;
  #last: Progress | undefined;
  #peakBytes = 0;
  readonly #losses: { step: number; loss: number }[] = [];

  constructor(private readonly request: RunRequest) {}

  /** `listener`, and takes note of what it is told. */
  beside(listener: RunListener): RunListener {
    return {
      onDevice: (report) => {
        this.#device = report;
        return listener.onDevice?.(report);
      },
      onProgress: (progress) => {
        this.#last = progress;
        this.#peakBytes = Math.max(this.#peakBytes, progress.memoryBytes ?? 0);
        if (progress.loss !== undefined) this.#losses.push({ step: progress.step, loss: progress.loss });
        return listener.onProgress?.(progress);
      },
      onPreview: (pixels) => {
        this.#image = pixels;
        return listener.onPreview?.(pixels);
      },
    };
  }

  /** @throws ReverieError `aborted` without a preview */
  result(): RunResult {
    const pixels = this.#image;
    const device = this.#device;
    // A listener may have transferred the buffer on; then it is not ours to give any more.
    if (!pixels || pixels.data.length === 0 || !device) {
      throw new ReverieError('aborted', 'Cancelled before there was an image.');
    }
    const record: RunRecord = {
      version: recordVersion,
      complete: false,
      recipe: this.request.recipe,
      engine: engineVersion,
      device,
      width: pixels.width,
      height: pixels.height,
      losses: this.#losses,
      steps: this.#last?.phase === 'optimise' ? this.#last.step : 0,
      elapsedMs: performance.now() - this.#startedAt,
      msPerStep: this.#last?.msPerStep ?? 0,
      peakBytes: this.#peakBytes,
    };
    return { pixels, frames: [], record, complete: false };
  }
}
