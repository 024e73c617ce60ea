/**
 * Painted frames that do not flicker. A network paints each frame by itself, so that strokes jump where nothing moves; what
 * the photo shows unchanged, moved or not, keeps most of its painting from the frame before (the temporal consistency of
 * Ruder, Dosovitskiy & Brox 2016, without its optimisation).
 */
import type { Pixels } from '../types';
import { motionBetween } from './motion';

/** Share of what was painted before, where the photo is the same. */
const kept = 0.85;
/** Levels of 255 by which a photo's pixel may differ for the noise of a camera alone; twice as much is something else. */
const noise = 12;

export class Steady {
  private before: { readonly photo: Pixels; readonly painted: Pixels } | null = null;

  /** @param photo of the frame, as large as it is painted. Frames of one size, in their order. */
  next(photo: Pixels, painted: Pixels): Pixels {
    const { before } = this;
    const steadied = before && sameSize(before.painted, painted) ? blended(before, photo, painted) : painted;
    this.before = { photo, painted: steadied };
    return steadied;
  }
}

const sameSize = (a: Pixels, b: Pixels) => a.width === b.width && a.height === b.height;

function blended(before: { readonly photo: Pixels; readonly painted: Pixels }, photo: Pixels, painted: Pixels): Pixels {
  const { width, height } = painted;
  const motion = motionBetween(before.photo, photo);
  const strange = motion.moves.filter(({ differs }) => differs > noise).length;
  // Another scene: what looks alike in it is so by chance.
  if (2 * strange > motion.moves.length) return painted;
  const data = new Uint8ClampedArray(painted.data);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const { dx, dy, differs } = motion.at(x, y);
      const [u, v] = [x + dx, y + dy];
      if (u < 0 || v < 0 || u >= width || v >= height) continue;
      const [to, from] = [4 * (y * width + x), 4 * (v * width + u)];
      const changed = Math.max(differs, differenceAt(photo.data, to, before.photo.data, from)) / noise;
      const share = kept * Math.exp(-(changed * changed));
      for (let c = 0; c < 3; c++)
        data[to + c] = (painted.data[to + c] ?? 0) * (1 - share) + (before.painted.data[from + c] ?? 0) * share;
    }
  }
  return { width, height, data };
}

const differenceAt = (a: Uint8ClampedArray, i: number, b: Uint8ClampedArray, j: number): number =>
  (Math.abs((a[i] ?? 0) - (b[j] ?? 0)) +
    Math.abs((a[i + 1] ?? 0) - (b[j + 1] ?? 0)) +
    Math.abs((a[i + 2] ?? 0) - (b[j + 2] ?? 0))) /
  3;
