/** Key frames of a run, kept while it goes: as many as a share's film holds, spread evenly over the steps so far. */
import { limits } from '../../../shared/limits';
import type { Pixels } from '../../engine/api';
import { copyWithin } from '../../page/intake/scale';

export interface KeyFrame {
  readonly pixels: Pixels;
  readonly step: number;
  readonly loss: number | null;
}

/** Long side of a frame; a sprite of 24 stays small. */
const frameSide = 256;

export class Reel {
  #frames: KeyFrame[] = [];
  /** Every so-manieth preview is kept; doubled whenever the reel is full. */
  #every = 1;
  #seen = 0;

  /** @param pixels stays the caller's */
  take(pixels: Pixels, step: number, loss: number | undefined): void {
    // A run whose device failed begins again from the start.
    if (step < (this.#frames.at(-1)?.step ?? 0)) {
      this.#frames = [];
      this.#seen = 0;
      this.#every = 1;
    }
    if (this.#seen++ % this.#every !== 0) return;
    this.#frames.push({ pixels: copyWithin(pixels, frameSide), step, loss: loss ?? null });
    // One place stays free, the finished picture's.
    if (this.#frames.length < limits.share.maxFrames) return;
    this.#frames = this.#frames.filter((_, i) => i % 2 === 0);
    this.#every *= 2;
  }

  /** The film with the finished picture at its end; empty when nothing was seen on the way. */
  finish(pixels: Pixels, step: number, loss: number | undefined): readonly KeyFrame[] {
    if (this.#frames.length === 0) return [];
    return [...this.#frames, { pixels: copyWithin(pixels, frameSide), step, loss: loss ?? null }];
  }
}
