/**
 * One attempt at a run, on one device: what a technique has for a control. A run whose device failed has several; a
 * technique that hung on the lost one and wakes up later speaks to a closed attempt, and is not heard.
 */
import { ReverieError } from '../../../shared/errors';
import type { Pixels, Progress } from '../api';
import type { Kept, RunControl } from '../techniques/technique';
import type { Keeper } from './keeper';
import type { HostRunControl } from './runControl';

export class Attempt implements RunControl {
  #closed = false;

  constructor(
    private readonly run: HostRunControl,
    private readonly keeper: Keeper,
    /** Throws when the device has failed: what was read from it since is not to be trusted. */
    private readonly check: () => void,
  ) {}

  async proceed(): Promise<boolean> {
    this.#assertOpen();
    const goOn = await this.run.proceed();
    this.#assertOpen();
    return goOn;
  }

  report(progress: Progress): void {
    if (!this.#closed) this.run.report(progress);
  }

  wantsPreview(): boolean {
    return !this.#closed && this.run.wantsPreview();
  }

  preview(pixels: Pixels, frame?: number): void {
    if (!this.#closed) this.run.preview(pixels, frame);
  }

  async keep(take: () => Promise<Kept>): Promise<void> {
    this.#assertOpen();
    await this.keeper.offer(take, () => {
      this.#assertOpen();
      this.check();
    });
  }

  /** @throws ReverieError what went wrong beside the technique. */
  throwIfFailed(): void {
    this.run.throwIfFailed();
  }

  /** From now on nothing of it is heard. */
  close(): void {
    this.#closed = true;
  }

  #assertOpen(): void {
    if (this.#closed) throw new ReverieError('device-lost', 'The run went on with another device.');
  }
}
