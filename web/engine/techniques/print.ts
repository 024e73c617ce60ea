/**
 * Prints: what hangs, painted once more as large as paper wants it. It is enlarged, the photo's own detail is added, and
 * finer strokes are painted on that, tile by tile, in bands that are given away as they are done: the whole is never held.
 * What paints a tile is the technique's.
 */
import type { Size } from '../../../shared/pictureSize';
import { clampUnit, rasterOf } from '../images/pictures';
import { bicubic, bilinear, type Part, type Raster, resamplePart } from '../images/resample';
import type { Pixels, PrintJob, RunControl } from '../types';

/** How a technique paints one. */
export interface TilePainter {
  /** Side of its tiles, pixels. */
  readonly tile: number;
  /** Pixels that a tile is seen with around it, which are thrown away again. */
  readonly around: number;
  /** Pixels on both sides of a cut over which one tile turns into the next; none, if not said: they meet exactly. */
  readonly blend?: number;
  /** So many steps, if it is not one: `step` is to be called after each. */
  readonly steps?: number;
  /**
   * A part of the print, RGB in 0..1. Has to come out the same whatever else the part holds, but for its surroundings.
   * @param step false once the print was cancelled
   * @returns null then
   */
  paint(part: Part, step: () => Promise<boolean>): Promise<Raster | null>;
}

/** @returns false when it was cancelled before its last band */
export async function printTiles(print: PrintJob, control: RunControl, painter: TilePainter): Promise<boolean> {
  const { width, height, done } = print;
  const { tile, around, blend = 0, steps: each = 1 } = painter;
  /** Where the next tiles begin: those before reach beyond it. */
  const cut = () => (done.rows === 0 ? 0 : done.rows + blend);
  const columns = Math.ceil(width / tile);
  const begun = each * columns * Math.ceil(cut() / tile);
  const steps = begun + each * columns * Math.ceil((height - cut()) / tile);
  const startedAt = performance.now();
  let taken = begun;
  const step = () => {
    taken++;
    const msPerStep = (performance.now() - startedAt) / (taken - begun);
    control.report({ phase: 'optimise', step: taken, steps, msPerStep, remainingMs: (steps - taken) * msPerStep });
    return control.proceed();
  };
  while (done.rows < height) {
    const top = cut();
    const bottom = Math.min(height, top + tile);
    const given = bottom === height ? height : bottom - blend;
    const band = bandOf(done.begun, width, Math.min(height, bottom + blend) - done.rows);
    for (let left = 0; left < width; left += tile) {
      const place = { top, left, width: Math.min(tile, width - left), height: bottom - top };
      const part = partAround(place, print, around);
      const painted = await painter.paint(part, step);
      if (!painted || (each === 1 && !(await step()))) return false;
      lay(painted, part, band, done.rows, partAround(place, print, blend), blend);
    }
    const rows = given - done.rows;
    const rest = band.data.slice(4 * width * rows);
    await control.band?.(
      rest.length === 0 ? band : { width, height: rows, data: band.data.slice(0, 4 * width * rows) },
    );
    done.begun = { width, height: band.height - rows, data: rest };
    done.rows = given;
  }
  return true;
}

function bandOf(begun: Pixels | null, width: number, height: number): Pixels {
  const data = new Uint8ClampedArray(4 * width * height);
  if (begun) data.set(begun.data);
  return { width, height, data };
}

/** A part with so many pixels around it, as far as there are any. */
export function partAround({ top, left, width, height }: Part, whole: Size, around: number): Part {
  const from = { top: Math.max(0, top - around), left: Math.max(0, left - around) };
  const right = Math.min(whole.width, left + width + around);
  const bottom = Math.min(whole.height, top + height + around);
  return { ...from, width: right - from.left, height: bottom - from.top };
}

/** The print before its own strokes, part by part. */
export interface PrintCanvas {
  /** The photo at its size; RGB in 0..1. */
  photo(whole: Size, part: Part): Raster;
  /** What the picture that hangs made of it. */
  begun(whole: Size, part: Part): Raster;
}

/** @param detail of what the photo shows beyond what hangs, how much is added, 0..1: a number, or a grey map */
export function printCanvas({ photo, base }: PrintJob, detail: number | Raster): PrintCanvas {
  const source = { width: photo.width, height: photo.height, channels: 4, values: photo.data };
  const photoAt = (whole: Size, part: Part, into?: Float32Array): Raster => {
    const raster = resamplePart(source, whole, part, bicubic, into);
    const { values } = raster;
    for (let i = 0; i < values.length; i++) values[i] = clamped((values[i] ?? 0) / 255);
    return raster;
  };
  const detailAt = (whole: Size, part: Part): ((i: number) => number) => {
    if (typeof detail === 'number') return () => detail;
    const { values } = resamplePart(detail, whole, part, bilinear);
    return (i) => values[Math.floor(i / 3)] ?? 0;
  };
  const hung = rasterOf(base);
  const all = { top: 0, left: 0, width: base.width, height: base.height };
  const under = photoAt(base, all).values;
  const share = detailAt(base, all);
  // One enlargement for both: h + k (p − u) = (h − k u) + k p.
  const kept = { ...hung, values: hung.values.map((value, i) => value - share(i) * (under[i] ?? 0)) };
  let large = under;
  return {
    photo: photoAt,
    begun(whole, part) {
      const raster = resamplePart(kept, whole, part, bicubic);
      const { values } = raster;
      large = photoAt(whole, part, large).values;
      const k = detailAt(whole, part);
      for (let i = 0; i < values.length; i++) values[i] = clamped((values[i] ?? 0) + k(i) * (large[i] ?? 0));
      return raster;
    },
  };
}

const clamped = (value: number) => Math.min(1, Math.max(0, value));

// Prints by gradients go through sizes that double, as a picture does: the strokes of what hangs are large on paper, and
// those of the paper's own size are too small to stand beside them.

/** A size that a print goes through. */
export interface PrintScale extends Size {
  /** From 0, small to large. */
  readonly index: number;
}

export interface ScaleParts {
  readonly print: PrintJob;
  readonly canvas: PrintCanvas;
  /** Parts begin at multiples of it: the lattice of whatever looks at them. */
  readonly lattice: number;
  /** Pixels that a part is to be seen with around it, at every size. */
  readonly reach: number;
  /** Side of a tile at most, pixels. */
  readonly tile?: number | undefined;
  /** Takes a part further. @returns null when it was cancelled */
  refine(start: Raster, scale: PrintScale, part: Part, step: () => Promise<boolean>): Promise<Raster | null>;
}

/** No size is less than this much larger than what hangs. */
const leastGrowth = 1.4;
const mostScales = 3;
/** Sides, pixels. */
const sampleSide = 256;
const mostTile = 384;
/** What grows step by step grows a little differently in two tiles. */
const blendSide = 16;

export class PrintScales {
  readonly scales: readonly PrintScale[];
  readonly tile: number;
  readonly around: number;
  private readonly lattice: number;

  constructor(private readonly parts: ScaleParts) {
    const { print, lattice, reach, tile = mostTile } = parts;
    const times = print.width / print.base.width;
    const sizes: Size[] = [];
    for (let by = 1; sizes.length < mostScales && (by === 1 || times / by >= leastGrowth); by *= 2) {
      sizes.unshift({ width: Math.ceil(print.width / by), height: Math.ceil(print.height / by) });
    }
    this.scales = sizes.map((size, index) => ({ ...size, index }));
    // Halves of what begins on it begin on the lattice, too.
    this.lattice = lattice * 2 ** (sizes.length - 1);
    this.around = Math.ceil(reach / this.lattice) * this.lattice;
    this.tile = Math.max(1, Math.floor(Math.min(mostTile, tile) / this.lattice)) * this.lattice;
  }

  /** Places all over one of the sizes, the same for tiles of any size: by them a part learns what the whole is like. */
  samples({ width, height }: PrintScale): Part[] {
    const at = (side: number, share: number) =>
      Math.max(0, Math.floor((share * side - sampleSide / 2) / this.lattice) * this.lattice);
    const places = [
      [0.5, 0.5],
      [0.22, 0.22],
      [0.22, 0.78],
      [0.78, 0.22],
      [0.78, 0.78],
    ].map(([x = 0, y = 0]) => {
      const [left, top] = [at(width, x), at(height, y)];
      return { left, top, width: Math.min(sampleSide, width - left), height: Math.min(sampleSide, height - top) };
    });
    return places.filter(
      (place, i) => places.findIndex(({ left, top }) => left === place.left && top === place.top) === i,
    );
  }

  /** Before the tiles: every sample of every size, the smaller sizes painted first for each. @param steps of a size */
  sampling(control: RunControl, steps: number): () => Promise<boolean> {
    const all = this.scales.reduce((sum, scale) => sum + (scale.index + 1) * this.samples(scale).length * steps, 0);
    let taken = 0;
    return () => {
      control.report({ phase: 'style', step: Math.min(++taken, all), steps: all });
      return control.proceed();
    };
  }

  /** A part before its own steps: what the size before made of it, enlarged. */
  async start(scale: PrintScale, part: Part, step: () => Promise<boolean>): Promise<Raster | null> {
    const { canvas } = this.parts;
    const begun = canvas.begun(scale, part);
    const coarser = this.scales[scale.index - 1];
    if (!coarser) return begun;
    const half = {
      left: part.left / 2,
      top: part.top / 2,
      width: Math.ceil(part.width / 2),
      height: Math.ceil(part.height / 2),
    };
    const seen = partAround(half, coarser, this.around);
    const painted = await this.paint(coarser, seen, step);
    if (!painted) return null;
    const under = canvas.begun(coarser, seen).values;
    const change = { ...painted, values: painted.values.map((value, i) => value - (under[i] ?? 0)) };
    const twice = { width: 2 * seen.width, height: 2 * seen.height };
    const place = { ...part, left: part.left - 2 * seen.left, top: part.top - 2 * seen.top };
    const added = resamplePart(change, twice, place, bilinear).values;
    return clampUnit({ ...begun, values: begun.values.map((value, i) => value + (added[i] ?? 0)) });
  }

  /** A part at a size, all smaller ones first. */
  async paint(scale: PrintScale, part: Part, step: () => Promise<boolean>): Promise<Raster | null> {
    const start = await this.start(scale, part, step);
    return start && this.parts.refine(start, scale, part, step);
  }

  /** @param steps of a size */
  painter(steps: number): TilePainter {
    const last = this.scales[this.scales.length - 1] as PrintScale;
    return {
      tile: this.tile,
      around: this.around,
      blend: blendSide,
      steps: steps * this.scales.length,
      paint: (part, step) => this.paint(last, part, step),
    };
  }
}

/**
 * @param at of the painted part in the whole @param from first row of the band
 * @param place what of it is kept; above and to the left of it are other tiles, into which it turns over twice `blend` pixels
 */
function lay({ width, values }: Raster, at: Part, band: Pixels, from: number, place: Part, blend: number): void {
  const share = (i: number, first: number) => (first === 0 ? 1 : Math.min(1, (i - first + 0.5) / (2 * blend)));
  for (let y = place.top; y < place.top + place.height; y++) {
    const down = share(y, place.top);
    for (let x = place.left; x < place.left + place.width; x++) {
      const own = 3 * ((y - at.top) * width + x - at.left);
      const to = 4 * ((y - from) * band.width + x);
      const weight = down * share(x, place.left);
      for (let c = 0; c < 3; c++) {
        const before = band.data[to + c] ?? 0;
        band.data[to + c] = before + weight * (255 * (values[own + c] ?? 0) - before);
      }
      band.data[to + 3] = 255;
    }
  }
}
