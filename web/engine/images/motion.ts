/**
 * How a picture has moved since the one before it: block matching on brightness, coarse at a quarter of the size, then fine.
 * Whole pixels, so that what is moved is not blurred.
 */
import type { Pixels } from '../types';

/** Side of a block, pixels of the picture. */
const block = 32;
const coarse = 4;
/** So far a block is looked for, pixels of the coarse picture and of the fine one. */
const reach = { coarse: 6, fine: 3 };
/** What does not move as most does has to match by so many levels a pixel better for it: flat blocks match everywhere. */
const reluctance = 0.7;

interface Plane {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** Of a block: where it was before, added to x and to y, and by how many levels a pixel differs from there. */
export interface Move {
  readonly dx: number;
  readonly dy: number;
  readonly differs: number;
}

export interface Motion {
  readonly moves: readonly Move[];
  at(x: number, y: number): Move;
}

/** Two pictures of one size; RGBA. */
export function motionBetween(before: Pixels, now: Pixels): Motion {
  const { width, height } = now;
  const [fineBefore, fineNow] = [brightness(before), brightness(now)];
  const [smallBefore, smallNow] = [reduced(fineBefore), reduced(fineNow)];
  const [columns, rows] = [Math.ceil(width / block), Math.ceil(height / block)];
  const found: Found[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = { x: column * block, y: row * block };
      const small = { x: at.x / coarse, y: at.y / coarse };
      const rest = { dx: 0, dy: 0 };
      const { dx, dy } = search(
        smallBefore,
        smallNow,
        small,
        { side: block / coarse, stride: 1, range: reach.coarse },
        rest,
      );
      const guess = { dx: dx * coarse, dy: dy * coarse };
      found.push(search(fineBefore, fineNow, at, { side: block, stride: 2, range: reach.fine }, guess));
    }
  }
  const most = commonest(found);
  const moves = found.map((move, i): Move => {
    const at = { x: (i % columns) * block, y: Math.floor(i / columns) * block };
    const differs = difference(fineBefore, fineNow, at, { side: block, stride: 2 }, most.dx, most.dy);
    return differs <= move.differs + reluctance ? { ...most, differs } : move;
  });
  const nowhere = { dx: 0, dy: 0, differs: Number.POSITIVE_INFINITY };
  return { moves, at: (x, y) => moves[Math.floor(y / block) * columns + Math.floor(x / block)] ?? nowhere };
}

function brightness({ width, height, data }: Pixels): Plane {
  const values = new Float32Array(width * height);
  for (let i = 0; i < values.length; i++)
    values[i] = 0.299 * (data[4 * i] ?? 0) + 0.587 * (data[4 * i + 1] ?? 0) + 0.114 * (data[4 * i + 2] ?? 0);
  return { width, height, values };
}

function reduced({ width, height, values }: Plane): Plane {
  const [w, h] = [Math.ceil(width / coarse), Math.ceil(height / coarse)];
  const out = new Float32Array(w * h);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      let [sum, count] = [0, 0];
      for (let v = coarse * y; v < Math.min(height, coarse * (y + 1)); v++)
        for (let u = coarse * x; u < Math.min(width, coarse * (x + 1)); u++, count++) sum += values[v * width + u] ?? 0;
      out[y * w + x] = sum / count;
    }
  }
  return { width: w, height: h, values: out };
}

interface Look {
  readonly side: number;
  /** Every so many pixels are looked at. */
  readonly stride: number;
}

interface Found extends Move {
  /** How much worse other moves were, levels. */
  readonly distinct: number;
}

/** How most of the picture moves: a camera's pan, or rest. Blocks that match everywhere have no say. */
function commonest(found: readonly Found[]): Pick<Move, 'dx' | 'dy'> {
  const votes = new Map<string, { readonly dx: number; readonly dy: number; votes: number }>();
  for (const { dx, dy, distinct } of found) {
    const vote = votes.get(`${dx} ${dy}`) ?? { dx, dy, votes: 0 };
    vote.votes += Number.isFinite(distinct) ? distinct : 0;
    votes.set(`${dx} ${dy}`, vote);
  }
  const [first] = [...votes.values()].sort((a, b) => b.votes - a.votes);
  return { dx: first?.dx ?? 0, dy: first?.dy ?? 0 };
}

/** The move of one block, around a guess, that differs least. */
function search(
  before: Plane,
  now: Plane,
  at: { readonly x: number; readonly y: number },
  look: Look & { readonly range: number },
  guess: { readonly dx: number; readonly dy: number },
): Found {
  let best = { ...guess, differs: difference(before, now, at, look, guess.dx, guess.dy) };
  let [sum, count] = [0, 0];
  for (let dy = guess.dy - look.range; dy <= guess.dy + look.range; dy++) {
    for (let dx = guess.dx - look.range; dx <= guess.dx + look.range; dx++) {
      const differs = difference(before, now, at, look, dx, dy);
      if (!Number.isFinite(differs)) continue;
      sum += differs;
      count++;
      if (differs < best.differs) best = { dx, dy, differs };
    }
  }
  return { ...best, distinct: sum / count - best.differs };
}

/** Mean absolute difference, levels; of what lies in both pictures, which must be at least half of the block. */
function difference(
  before: Plane,
  now: Plane,
  { x, y }: { readonly x: number; readonly y: number },
  { side, stride }: Look,
  dx: number,
  dy: number,
): number {
  let [sum, count] = [0, 0];
  for (let v = y; v < Math.min(now.height, y + side); v += stride) {
    if (v + dy < 0 || v + dy >= before.height) continue;
    for (let u = x; u < Math.min(now.width, x + side); u += stride) {
      if (u + dx < 0 || u + dx >= before.width) continue;
      sum += Math.abs((now.values[v * now.width + u] ?? 0) - (before.values[(v + dy) * before.width + u + dx] ?? 0));
      count++;
    }
  }
  const whole =
    Math.ceil((Math.min(now.height, y + side) - y) / stride) * Math.ceil((Math.min(now.width, x + side) - x) / stride);
  return 2 * count >= whole ? sum / count : Number.POSITIVE_INFINITY;
}
