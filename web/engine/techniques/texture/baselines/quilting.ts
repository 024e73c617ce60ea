/**
 * Image quilting (Efros & Freeman 2001): patches of the sample laid side by side, each chosen to agree with its neighbours
 * where they overlap, cut along the path of least error. Copies and pastes, as the Gram matrix never does.
 */
import type { Raster } from '../../../images/resample';

export interface QuiltingOptions {
  readonly width: number;
  readonly height: number;
  /** Side of a patch, pixels. */
  readonly patch: number;
  /** Patches whose error is within this share of the best take part in the draw. */
  readonly tolerance: number;
  readonly random: () => number;
}

/** Share of a patch that overlaps the one before it (the paper's 1/6). */
const overlapShare = 1 / 6;
/** Places of the sample that are tried for a patch; all where there are fewer. */
const maxCandidates = 400;

/** Yields the picture after every patch (the same object, growing) with how much is done, 0..1. */
export function* quilt(sample: Raster, options: QuiltingOptions): Generator<{ picture: Raster; done: number }> {
  const { width, height, random } = options;
  const patch = Math.min(options.patch, sample.width, sample.height);
  const overlap = Math.max(1, Math.round(patch * overlapShare));
  const step = patch - overlap;
  const [columns, rows] = [stepsOver(width, patch, step), stepsOver(height, patch, step)];
  // Painted a little larger, and cut to size: the last patches hang over.
  const picture = blank(columns * step + overlap, rows * step + overlap, sample.channels);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const place = { x: column * step, y: row * step };
      const frame = { patch, overlap, left: column > 0, top: row > 0 };
      const source = choose(sample, picture, place, frame, options.tolerance, random);
      paste(sample, picture, source, place, frame);
      yield { picture: cut(picture, width, height), done: (row * columns + column + 1) / (rows * columns) };
    }
  }
}

interface Place {
  readonly x: number;
  readonly y: number;
}

interface Frame {
  readonly patch: number;
  readonly overlap: number;
  /** True when there is a patch already on that side. */
  readonly left: boolean;
  readonly top: boolean;
}

const stepsOver = (side: number, patch: number, step: number) => Math.max(1, Math.ceil((side - patch) / step) + 1);

const blank = (width: number, height: number, channels: number): Raster => ({
  width,
  height,
  channels,
  values: new Float32Array(width * height * channels),
});

function choose(
  sample: Raster,
  picture: Raster,
  place: Place,
  frame: Frame,
  tolerance: number,
  random: () => number,
): Place {
  const [across, down] = [sample.width - frame.patch + 1, sample.height - frame.patch + 1];
  const count = Math.min(maxCandidates, across * down);
  const candidates = Array.from({ length: count }, (_, i) => {
    const at = count === across * down ? i : Math.floor(random() * across * down);
    return { x: at % across, y: Math.floor(at / across) };
  });
  const errors = candidates.map((source) => overlapError(sample, picture, source, place, frame));
  const best = Math.min(...errors);
  const good = candidates.filter((_, i) => (errors[i] ?? 0) <= best * (1 + tolerance) + 1e-9);
  return good[Math.floor(random() * good.length)] ?? { x: 0, y: 0 };
}

/** Sum of squared differences where the patch overlaps what is there. */
function overlapError(sample: Raster, picture: Raster, source: Place, place: Place, frame: Frame): number {
  let sum = 0;
  for (let y = 0; y < frame.patch; y++) {
    const inTop = frame.top && y < frame.overlap;
    const until = inTop ? frame.patch : frame.left ? frame.overlap : 0;
    for (let x = 0; x < until; x++) sum += pixelError(sample, picture, source, place, x, y);
  }
  return sum;
}

function pixelError(sample: Raster, picture: Raster, source: Place, place: Place, x: number, y: number): number {
  const from = ((source.y + y) * sample.width + source.x + x) * sample.channels;
  const to = ((place.y + y) * picture.width + place.x + x) * picture.channels;
  let sum = 0;
  for (let c = 0; c < sample.channels; c++)
    sum += ((sample.values[from + c] ?? 0) - (picture.values[to + c] ?? 0)) ** 2;
  return sum;
}

function paste(sample: Raster, picture: Raster, source: Place, place: Place, frame: Frame): void {
  const { patch, overlap, left, top } = frame;
  const errorAt = (along: number, across: number, vertical: boolean) =>
    vertical
      ? pixelError(sample, picture, source, place, across, along)
      : pixelError(sample, picture, source, place, along, across);
  const seamLeft = left ? seam(patch, overlap, (along, across) => errorAt(along, across, true)) : null;
  const seamTop = top ? seam(patch, overlap, (along, across) => errorAt(along, across, false)) : null;
  for (let y = 0; y < patch; y++) {
    for (let x = 0; x < patch; x++) {
      if (x < (seamLeft?.[y] ?? 0) || y < (seamTop?.[x] ?? 0)) continue;
      const from = ((source.y + y) * sample.width + source.x + x) * sample.channels;
      const to = ((place.y + y) * picture.width + place.x + x) * picture.channels;
      picture.values.set(sample.values.subarray(from, from + sample.channels), to);
    }
  }
}

/** The cut of least error through an overlap, by dynamic programming: for every line, where the new patch begins. */
export function seam(length: number, overlap: number, error: (along: number, across: number) => number): Int32Array {
  const cost = new Float64Array(length * overlap);
  for (let along = 0; along < length; along++) {
    for (let across = 0; across < overlap; across++) {
      let before = along === 0 ? 0 : Number.POSITIVE_INFINITY;
      for (let k = Math.max(0, across - 1); along > 0 && k <= Math.min(overlap - 1, across + 1); k++) {
        before = Math.min(before, cost[(along - 1) * overlap + k] ?? 0);
      }
      cost[along * overlap + across] = before + error(along, across);
    }
  }
  const path = new Int32Array(length);
  let [low, high] = [0, overlap - 1];
  for (let along = length - 1; along >= 0; along--) {
    let best = low;
    for (let k = low; k <= high; k++) {
      if ((cost[along * overlap + k] ?? 0) < (cost[along * overlap + best] ?? 0)) best = k;
    }
    path[along] = best;
    [low, high] = [Math.max(0, best - 1), Math.min(overlap - 1, best + 1)];
  }
  return path;
}

function cut(picture: Raster, width: number, height: number): Raster {
  const result = blank(width, height, picture.channels);
  const row = width * picture.channels;
  for (let y = 0; y < height; y++) {
    const from = y * picture.width * picture.channels;
    result.values.set(picture.values.subarray(from, from + row), y * row);
  }
  return result;
}
