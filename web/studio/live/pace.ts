/** How large frames are painted, so that they follow each other fast enough: measured, not guessed. */

/** Long sides, pixels: multiples of four. */
export const liveSizes = [128, 160, 192, 256, 320, 384, 512, 640] as const;

/** Frames a second: below the first a smaller size is taken, above the second a larger one. */
const [tooSlow, fastEnough] = [10, 22] as const;
/** Frames after a change before the next: the first of a size compiles its shaders. */
const settle = 4;
/** How much a new frame counts in the running average. */
const weight = 0.25;

export class Pace {
  #index: number = liveSizes.indexOf(256);
  #ms: number | null = null;
  #since = 0;

  get size(): number {
    return liveSizes[this.#index] ?? liveSizes[0];
  }

  get fps(): number | null {
    return this.#ms === null ? null : 1000 / this.#ms;
  }

  /** @param ms from one painted frame to the next */
  add(ms: number): void {
    this.#since++;
    if (this.#since <= 1) return;
    this.#ms = this.#ms === null ? ms : this.#ms + weight * (ms - this.#ms);
    if (this.#since < settle) return;
    const fps = 1000 / this.#ms;
    const step = fps < tooSlow ? -1 : fps > fastEnough ? 1 : 0;
    const next = this.#index + step;
    if (step === 0 || next < 0 || next >= liveSizes.length) return;
    this.#index = next;
    this.#since = 0;
    this.#ms = null;
  }
}
