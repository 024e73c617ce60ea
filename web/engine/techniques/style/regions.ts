/**
 * Regions: each style paints where its mask is white (Gatys et al. 2017, "Controlling Perceptual Factors"), the styles
 * without a mask wherever the masks leave room. Without any mask all styles are blended everywhere.
 */
import { ReverieError } from '../../../../shared/errors';
import type { StyleRecipe } from '../../../../shared/techniques/style/schema';
import { addMargin } from '../../images/margin';
import { rasterOf } from '../../images/pictures';
import { bilinear, type Raster, resample } from '../../images/resample';
import { paddingMap } from '../../kernels/padding';
import type { Shift } from '../../optimise/shift';
import type { Pixels } from '../../types';
import type { StyleTargets } from './targets';

export interface Region {
  readonly sources: StyleRecipe['styles'];
  readonly targets: readonly StyleTargets[];
  /** How much this region counts at every pixel of the canvas, 0..1, one channel; null: everywhere alike. */
  readonly guide: Raster | null;
  /** Share of the picture, which is what the region's loss counts. */
  readonly share: number;
}

/** A region below this share of the picture is none. */
const minShare = 0.002;

/**
 * @param frame size of the result; guides have a mirrored margin around it
 * @throws ReverieError `recipe-invalid` for a mask that is black everywhere.
 */
export function regionsOf(
  { styles: sources }: StyleRecipe,
  targets: readonly StyleTargets[],
  masks: readonly (Pixels | null)[],
  frame: { readonly width: number; readonly height: number },
  margin: number,
): Region[] {
  const painted = sources.flatMap((source, i) => {
    const target = targets[i];
    return target && source.weight > 0 ? [{ source, target, mask: masks[i] ?? null }] : [];
  });
  const masked = painted.flatMap(({ source, target, mask }, i) => {
    if (!mask) return [];
    const guide = resample(brightness(mask), frame.width, frame.height, bilinear);
    const share = mean(guide);
    if (share < minShare) {
      throw new ReverieError(
        'recipe-invalid',
        `The mask of style ${i + 1} is black everywhere: paint some of it white.`,
      );
    }
    return [{ sources: [source], targets: [target], guide, share }];
  });
  const free = painted.filter(({ mask }) => !mask);
  const rest = { sources: free.map(({ source }) => source), targets: free.map(({ target }) => target) };
  if (masked.length === 0) return [{ ...rest, guide: null, share: 1 }];
  const room = leftOver(masked.map(({ guide }) => guide));
  const share = mean(room);
  const all = free.length > 0 && share >= minShare ? [...masked, { ...rest, guide: room, share }] : masked;
  const total = all.reduce((sum, region) => sum + region.share, 0);
  return all.map((region) => ({ ...region, guide: addMargin(region.guide, margin), share: region.share / total }));
}

/** A guide as the network sees it: at the canvas' size, shifted as the picture is (optimise/shift.ts). */
export function shiftedGuide(
  guide: Raster,
  canvas: { readonly width: number; readonly height: number },
  { top, left, extent }: Shift,
): Raster {
  const scaled = resample(guide, canvas.width, canvas.height, bilinear);
  const rows = paddingMap(canvas.height, top, extent - top, 'reflect');
  const columns = paddingMap(canvas.width, left, extent - left, 'reflect');
  const shifted = new Float32Array(rows.length * columns.length);
  rows.forEach((row, y) => {
    columns.forEach((column, x) => {
      shifted[y * columns.length + x] = scaled.values[row * canvas.width + column] ?? 0;
    });
  });
  return { width: columns.length, height: rows.length, channels: 1, values: shifted };
}

/** A shifted guide at a tap: `[h · w]`, its mean 1, or zeros when the tap sees none of it. */
export function guideAt(shifted: Raster, [height, width]: readonly [number, number, number]): Float32Array {
  const seen = resample(shifted, width, height, bilinear);
  const level = mean(seen);
  return level > 0 ? seen.values.map((value) => Math.max(0, value) / level) : seen.values;
}

/** Half-transparent white is grey, too. */
function brightness(mask: Pixels): Raster {
  const { width, height, values } = rasterOf(mask);
  const grey = Float32Array.from({ length: width * height }, (_, i) => {
    const alpha = (mask.data[i * 4 + 3] ?? 255) / 255;
    return (alpha * ((values[i * 3] ?? 0) + (values[i * 3 + 1] ?? 0) + (values[i * 3 + 2] ?? 0))) / 3;
  });
  return { width, height, channels: 1, values: grey };
}

function leftOver(guides: readonly Raster[]): Raster {
  const [first] = guides;
  if (!first) throw new ReverieError('internal', 'There are no masks to leave room.');
  return {
    ...first,
    values: first.values.map((_, i) => 1 - Math.max(...guides.map(({ values }) => Math.min(1, values[i] ?? 0)))),
  };
}

const mean = ({ values }: Raster): number => values.reduce((sum, value) => sum + value, 0) / values.length;
