/** Which sizes a run goes through, and how many steps each. */
import { paintedSize, type StyleRecipe } from '../../../../shared/techniques/style/schema';
import { fitLongSide } from '../../images/pictures';
import { pyramidSizes } from '../../optimise/pyramid';

export interface Scale {
  /** From 1, of so many. */
  readonly index: number;
  readonly count: number;
  /** Of the picture, in pixels; of the last one the result's, or more where that is small. */
  readonly longSide: number;
  readonly width: number;
  readonly height: number;
  /** What is painted: the result and a margin around it that is cut off in the end. */
  readonly canvas: { readonly width: number; readonly height: number };
  readonly steps: number;
  /** Pixels that a step looks at. */
  readonly cost: number;
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
  return pyramidSizes(Math.min(start, finest), finest).map((longSide, i, { length: count }) => {
    const canvas = {
      width: Math.round(((result.width + margin) * longSide) / size),
      height: Math.round(((result.height + margin) * longSide) / size),
    };
    const steps = i === 0 ? schedule.firstSteps : schedule.steps;
    const { width: across, height: down } = fitLongSide(width, height, longSide);
    const cost = canvas.width * canvas.height;
    return { index: i + 1, count, longSide, width: across, height: down, canvas, steps, cost };
  });
}
