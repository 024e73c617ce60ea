/** Which sizes a run goes through, how many steps each, and how long it has still to go. */
import type { StyleRecipe } from '../../../../shared/recipe';
import { fitLongSide } from '../../images/pictures';
import { pyramidSizes } from '../../optimise/pyramid';

export interface Scale {
  readonly longSide: number;
  readonly width: number;
  readonly height: number;
  readonly steps: number;
}

/** The short side must leave two cells at the deepest VGG tap, which sees every 16th pixel. */
const minShortSide = 32;

/** @param width, height of the photo, any size */
export function scalesOf({ size, schedule }: StyleRecipe, width: number, height: number): Scale[] {
  const aspect = Math.max(width, height) / Math.min(width, height);
  const start = Math.max(schedule.minSize, Math.ceil(minShortSide * aspect));
  return pyramidSizes(Math.min(start, size), size).map((longSide, i) => ({
    longSide,
    ...fitLongSide(width, height, longSide),
    steps: i === 0 ? schedule.firstSteps : schedule.steps,
  }));
}

/** Tells the time that is left from the time that has passed: a step costs as many units as the picture has pixels. */
export class Clock {
  elapsedMs = 0;
  steps = 0;
  private done = 0;
  private readonly total: number;

  constructor(scales: readonly Scale[]) {
    this.total = scales.reduce((sum, { steps, width, height }) => sum + steps * width * height, 0);
  }

  add({ width, height }: Scale, milliseconds: number): void {
    this.elapsedMs += milliseconds;
    this.done += width * height;
    this.steps++;
  }

  get remainingMs(): number {
    return (this.elapsedMs * (this.total - this.done)) / Math.max(1, this.done);
  }
}
