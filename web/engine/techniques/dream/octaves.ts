/** Sizes of a dream, and the detail that one hands on to the next. */
import type { DreamRecipe } from '../../../../shared/techniques/dream/schema';
import { bicubic, bilinear, type Raster, resample } from '../../images/resample';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Below this a deep layer has a cell or two, and dreams of its own border. */
const minSide = 48;

/** Small to large, the last one the picture's own; as many as leave the short side room. */
export function octaveSizes(
  { octaves, octaveScale }: Pick<DreamRecipe, 'octaves' | 'octaveScale'>,
  { width, height }: Size,
): Size[] {
  const all = Array.from({ length: octaves }, (_, i) => octaveScale ** -(octaves - 1 - i)).map((scale) => ({
    width: Math.round(width * scale),
    height: Math.round(height * scale),
  }));
  const large = all.filter((size) => Math.min(size.width, size.height) >= minSide);
  return large.length > 0 ? large : [{ width, height }];
}

/** The photo at this size with what was dreamt at the size before, enlarged, on top of it. */
export function withDetail(photo: Raster, detail: Raster | null, { width, height }: Size): Raster {
  const base = resample(photo, width, height, bicubic);
  if (!detail) return base;
  const enlarged = resample(detail, width, height, bilinear);
  return { ...base, values: base.values.map((value, i) => value + (enlarged.values[i] ?? 0)) };
}

/** What the dream added to the photo at its size. */
export function detailOf(dreamt: Raster, photo: Raster): Raster {
  const base = resample(photo, dreamt.width, dreamt.height, bicubic);
  return { ...dreamt, values: dreamt.values.map((value, i) => value - (base.values[i] ?? 0)) };
}
