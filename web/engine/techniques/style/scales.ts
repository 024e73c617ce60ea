/** Which sizes a run goes through, how many steps each, and how long it has still to go. */
import { paintedSize, type StyleRecipe } from '../../../../shared/recipe';
import { fitLongSide } from '../../images/pictures';
import { pyramidSizes } from '../../optimise/pyramid';

export interface Scale {
  /** Of the picture, in pixels; of the last one the result's, or more where that is small. */
  readonly longSide: number;
  readonly width: number;
  readonly height: number;
  /** What is painted: the result and a margin around it that is cut off in the end. */
  readonly canvas: { readonly width: number; readonly height: number };
  readonly steps: number;
}

/** The short side must leave two cells at the deepest VGG tap, which sees every 16th pixel. */
const minShortSide = 32;

/**
 * Share of the long side. A border is seen from one side only, or mirrored: strokes there run into it at right angles.
 * So the border is painted where nobody sees it.
 */
const marginShare = 0.03;

/** Pixels around a result whose long side is `size`. */
export const marginOf = (size: number): number => Math.ceil(size * marginShare);

/** @param width, height of the photo, any size */
export function scalesOf({ size, schedule }: StyleRecipe, width: number, height: number): Scale[] {
  const aspect = Math.max(width, height) / Math.min(width, height);
  const start = Math.max(schedule.minSize, Math.ceil(minShortSide * aspect));
  const finest = schedule.minSize === size ? size : paintedSize(size);
  const result = fitLongSide(width, height, size);
  const margin = 2 * marginOf(size);
  return pyramidSizes(Math.min(start, finest), finest).map((longSide, i) => ({
    longSide,
    ...fitLongSide(width, height, longSide),
    canvas: {
      width: Math.round(((result.width + margin) * longSide) / size),
      height: Math.round(((result.height + margin) * longSide) / size),
    },
    steps: i === 0 ? schedule.firstSteps : schedule.steps,
  }));
}

/** Tells the time that is left from the time that has passed: a step costs as many units as the picture has pixels. */
export interface ClockState {
  readonly elapsedMs: number;
  readonly steps: number;
  readonly done: number;
}

export class Clock {
  elapsedMs: number;
  steps: number;
  private done: number;
  private readonly total: number;

  /** @param before of an attempt that this one goes on from */
  constructor(scales: readonly Scale[], before: ClockState = { elapsedMs: 0, steps: 0, done: 0 }) {
    ({ elapsedMs: this.elapsedMs, steps: this.steps, done: this.done } = before);
    this.total = scales.reduce((sum, { steps, canvas }) => sum + steps * canvas.width * canvas.height, 0);
  }

  add({ canvas: { width, height } }: Scale, milliseconds: number): void {
    this.elapsedMs += milliseconds;
    this.done += width * height;
    this.steps++;
  }

  state(): ClockState {
    const { elapsedMs, steps, done } = this;
    return { elapsedMs, steps, done };
  }

  get remainingMs(): number {
    return (this.elapsedMs * (this.total - this.done)) / Math.max(1, this.done);
  }
}
