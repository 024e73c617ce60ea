/**
 * Smoothing of the remaining time, in this one place. Between estimates the shown value counts down with
 * the clock; a new estimate pulls it over within a few seconds, so that one slow step does not make it jump.
 */
const timeConstantMs = 3_000;

export class RemainingTime {
  #value: number | undefined;
  #at = 0;

  /** @param estimateMs a fresh, unsmoothed estimate. @returns the smoothed one, milliseconds. */
  update(estimateMs: number, now: number): number {
    if (this.#value === undefined) {
      this.#value = estimateMs;
    } else {
      const elapsed = Math.max(0, now - this.#at);
      const countedDown = Math.max(0, this.#value - elapsed);
      const gain = 1 - Math.exp(-elapsed / timeConstantMs);
      this.#value = countedDown + gain * (estimateMs - countedDown);
    }
    this.#at = now;
    return this.#value;
  }

  /** Time in which nothing was done (a pause) does not count down. */
  skip(ms: number): void {
    this.#at += ms;
  }
}
