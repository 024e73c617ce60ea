/** Sizes of a dream, and the detail that one hands on to the next. */
import type { DreamRecipe } from '../../../../shared/techniques/dream/schema';
import { bicubic, bilinear, type Raster, resample } from '../../images/resample';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Frequencies of a gradient that are brought to one strength. */
export const bands = 4;

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

// The way from one frame of the zoom film to the next, before it is dreamt on.

/** Keys 1981, a = −1/2: weights of the four neighbours of a point `t` of the way between the middle two. */
const cubic = (t: number): readonly [number, number, number, number] => [
  ((-0.5 * t + 1) * t - 0.5) * t,
  (1.5 * t - 2.5) * t * t + 1,
  ((-1.5 * t + 2) * t + 0.5) * t,
  (0.5 * t - 0.5) * t * t,
];

/**
 * The picture enlarged by `zoom` and turned by `degrees` (counter-clockwise) about its centre, bicubic, mirrored where
 * the border comes into view; same size, clamped to 0..1.
 */
export function zoomed({ width, height, channels, values }: Raster, zoom: number, degrees: number): Raster {
  const result = new Float32Array(values.length);
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle) / zoom, Math.sin(angle) / zoom];
  const [cx, cy] = [(width - 1) / 2, (height - 1) / 2];
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const sx = cx + cos * (x - cx) - sin * (y - cy);
      const sy = cy + sin * (x - cx) + cos * (y - cy);
      const [x0, y0] = [Math.floor(sx), Math.floor(sy)];
      const [wx, wy] = [cubic(sx - x0), cubic(sy - y0)];
      for (let c = 0; c < channels; c++, to++) {
        let sum = 0;
        for (let j = 0; j < 4; j++) {
          const row = mirrored(y0 - 1 + j, height) * width;
          let line = 0;
          for (let i = 0; i < 4; i++) {
            line += (wx[i] ?? 0) * (values[(row + mirrored(x0 - 1 + i, width)) * channels + c] ?? 0);
          }
          sum += (wy[j] ?? 0) * line;
        }
        result[to] = Math.min(1, Math.max(0, sum));
      }
    }
  }
  return { width, height, channels, values: result };
}

function mirrored(index: number, size: number): number {
  const period = 2 * size;
  const folded = ((index % period) + period) % period;
  return folded < size ? folded : period - 1 - folded;
}

/** Frames of a film go into the photo, and its silhouette with them; the picture of a film is its last frame. */
export function dreamTransparency({ film }: DreamRecipe, alpha: Raster, frame: number | null, frames: number): Raster {
  const zooms = frame ?? Math.max(0, frames - 1);
  return zooms > 0 ? zoomed(alpha, film.zoom ** zooms, film.rotate * zooms) : alpha;
}
