/** Frames that do not flicker, on a photo that is shifted under a camera's noise and painted differently every time. */
import { describe, expect, it } from 'vitest';
import { motionBetween } from '../../../web/engine/images/motion';
import { randomGenerator } from '../../../web/engine/images/random';
import { Steady } from '../../../web/engine/images/steady';
import type { Pixels } from '../../../web/engine/types';

const [width, height] = [160, 96];
const random = randomGenerator(5);
/** A world larger than a frame, smooth enough to be told apart by its blobs. */
const blobs = Array.from({ length: 160 }, () => [
  random() * 400,
  random() * 300,
  4 + random() * 10,
  random() * 200 - 100,
]);
const worldAt = (x: number, y: number) =>
  blobs.reduce((sum, [bx = 0, by = 0, r = 1, level = 0]) => {
    const d = ((x - bx) ** 2 + (y - by) ** 2) / (r * r);
    return d < 9 ? sum + level * Math.exp(-d) : sum;
  }, 120);

/** @param noise levels of a camera's, either way */
function frameAt(left: number, top: number, noise = 0): Pixels {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const level = worldAt(x + left, y + top);
      for (let c = 0; c < 4; c++) data[4 * (y * width + x) + c] = c === 3 ? 255 : level + noise * (2 * random() - 1);
    }
  return { width, height, data };
}

/** Painted by somebody who never does it twice the same way. */
const repainted = ({ data, ...size }: Pixels): Pixels => ({
  ...size,
  data: data.map((value, i) => (i % 4 === 3 ? 255 : 255 - value + 60 * (random() - 0.5))),
});

/** Mean difference of two frames where they show the same, levels. */
function flicker(before: Pixels, now: Pixels, dx: number, dy: number): number {
  let [sum, count] = [0, 0];
  for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y++)
    for (let x = Math.max(0, -dx); x < Math.min(width, width - dx); x++)
      for (let c = 0; c < 3; c++, count++)
        sum += Math.abs(
          (now.data[4 * (y * width + x) + c] ?? 0) - (before.data[4 * ((y + dy) * width + x + dx) + c] ?? 0),
        );
  return sum / count;
}

describe.each([
  ['rests', 0, 0],
  ['is moved slowly', 2, -1],
  ['is moved fast', 13, 9],
])('a photo that %s', (_, dx, dy) => {
  const frames = Array.from({ length: 6 }, (_, i) => frameAt(100 + i * dx, 100 + i * dy, 4));

  it('has its motion found', () => {
    const [before, now] = frames as [Pixels, Pixels];
    const motion = motionBetween(before, now);
    const found = [40, 80, 120].flatMap((x) => [40, 60].map((y) => motion.at(x, y)));
    // What is flat there matches wherever it is laid: what counts is that it does.
    for (const { differs } of found) expect(differs).toBeLessThan(4);
    expect(found.some((each) => each.dx === dx && each.dy === dy)).toBe(true);
  });

  it('flickers at most half as much as painted frame by frame', () => {
    const steady = new Steady();
    const alone = frames.map(repainted);
    const steadied = frames.map((frame, i) => steady.next(frame, alone[i] as Pixels));
    const of = (painted: Pixels[]) => flicker(painted[4] as Pixels, painted[5] as Pixels, dx, dy);
    expect(of(steadied)).toBeLessThan(of(alone) / 2);
  });
});

it('keeps nothing of a scene that has ended, nor of frames of another size', () => {
  const steady = new Steady();
  const first = frameAt(0, 0);
  const checks = first.data.map((_, i) => (i % 4 === 3 || ((i >> 5) + Math.floor(i / (32 * width))) % 2 ? 255 : 0));
  const second = { width, height, data: checks };
  const inverse = ({ data, ...size }: Pixels): Pixels => ({ ...size, data: data.map((value) => 255 - value) });
  steady.next(first, repainted(first));
  const painted = inverse(second);
  const cut = steady.next(second, painted);
  const differing = cut.data.filter((value, i) => Math.abs(value - (painted.data[i] ?? 0)) > 8).length;
  expect(differing / cut.data.length).toBeLessThan(0.1);
  const small = { width: 16, height: 16, data: new Uint8ClampedArray(16 * 16 * 4) };
  expect(steady.next(small, small)).toBe(small);
});
