/** A picture that is looked at closer: what is under the finger stays there, and no border comes into view. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { panBy, settle, whole, zoomAt } from '../../../web/studio/viewer/lens';

const view = { width: 360, height: 280 };
const room = { view, fit: { width: 340, height: 255 }, real: 3 };
const numbers = fc.double({ min: -2000, max: 2000, noNaN: true });

describe('a lens', () => {
  it('should keep the point under the finger where it is, as far as no border is shown for it', () => {
    const at = { x: 60, y: -40 };
    const near = zoomAt(whole, 4, at, room);
    const nearer = zoomAt(near, 1.5, at, room);
    const under = (lens: typeof near) => [(at.x - lens.x) / lens.scale, (at.y - lens.y) / lens.scale];
    expect(under(nearer)[0]).toBeCloseTo(under(near)[0] ?? 0, 9);
    expect(under(nearer)[1]).toBeCloseTo(under(near)[1] ?? 0, 9);
  });

  it('should fill the view wherever the picture is larger than it, and stay in the middle where it is smaller', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 50, noNaN: true }), numbers, numbers, (scale, x, y) => {
        const lens = panBy({ scale, x: 0, y: 0 }, x, y, room);
        for (const [at, side, seen] of [
          [lens.x, room.fit.width * lens.scale, view.width],
          [lens.y, room.fit.height * lens.scale, view.height],
        ] as const) {
          if (side <= seen) expect(at).toBeCloseTo(0, 9);
          else expect(side / 2 - Math.abs(at)).toBeGreaterThanOrEqual(seen / 2 - 1e-9);
        }
      }),
    );
  });

  it('should reach real pixels, also of a picture that is smaller than its frame', () => {
    expect(settle({ ...whole, scale: 0.01 }, room).scale).toBe(1);
    expect(settle({ ...whole, scale: 0.5 }, { ...room, real: 0.5 }).scale).toBe(0.5);
    expect(settle({ ...whole, scale: 1000 }, room).scale).toBe(24);
  });
});
