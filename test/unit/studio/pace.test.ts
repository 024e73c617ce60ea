import { describe, expect, it } from 'vitest';
import { liveSizes, Pace } from '../../../web/studio/live/pace';

const feed = (pace: Pace, ms: number, frames: number) => {
  for (let i = 0; i < frames; i++) pace.add(ms);
};

describe('the pace of live pictures', () => {
  it('takes smaller pictures until frames come fast enough, and never smaller than the smallest', () => {
    const pace = new Pace();
    const before = pace.size;
    feed(pace, 400, 5);
    expect(pace.size).toBeLessThan(before);
    feed(pace, 400, 100);
    expect(pace.size).toBe(liveSizes[0]);
  });

  it('takes larger pictures where there is time, and never larger than the largest', () => {
    const pace = new Pace();
    feed(pace, 5, 200);
    expect(pace.size).toBe(liveSizes.at(-1));
  });

  it('stays where frames are neither slow nor idle, and tells how many there are', () => {
    const pace = new Pace();
    const before = pace.size;
    feed(pace, 70, 50);
    expect(pace.size).toBe(before);
    expect(pace.fps).toBeCloseTo(1000 / 70, 6);
  });

  it('does not judge a size by its first frame, which compiles', () => {
    const pace = new Pace();
    const before = pace.size;
    pace.add(5000);
    feed(pace, 70, 10);
    expect(pace.size).toBe(before);
  });

  it('takes sizes that the network can halve twice', () => {
    expect(liveSizes.every((size) => size % 4 === 0)).toBe(true);
  });
});
