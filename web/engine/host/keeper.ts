/** The last state that a run has kept, over all its attempts, and how often it keeps one. */
import { limits } from '../../../shared/limits';
import type { Kept } from '../techniques/technique';

/** How often a state is kept: see `limits.run`. */
export interface Pace {
  readonly keepIntervalMs: number;
  readonly keepShare: number;
}

export class Keeper {
  #kept: Kept | undefined;
  /** At once at first: from then on there is an image. */
  #dueAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly pace: Pace = limits.run,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get kept(): Kept | undefined {
    return this.#kept;
  }

  /**
   * Takes a state if it is time to.
   * @param check throws when what was taken is not to be trusted
   */
  async offer(take: () => Promise<Kept>, check: () => void): Promise<void> {
    const startedAt = this.now();
    if (startedAt < this.#dueAt) return;
    const kept = await take();
    check();
    this.#kept = kept;
    const endedAt = this.now();
    const { keepIntervalMs, keepShare } = this.pace;
    this.#dueAt = endedAt + Math.max(keepIntervalMs, (endedAt - startedAt) / keepShare);
  }
}
