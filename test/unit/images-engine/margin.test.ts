import { describe, expect, it } from 'vitest';
import { addMargin, cropMiddle } from '../../../web/engine/images/margin';

/** Each value says where it is: row · 10 + column. */
const picture = (width: number, height: number) => ({
  width,
  height,
  channels: 1,
  values: Float32Array.from({ length: width * height }, (_, i) => Math.floor(i / width) * 10 + (i % width)),
});

describe('the margin of a canvas', () => {
  it('mirrors the picture without repeating its border', () => {
    const { width, height, values } = addMargin(picture(3, 2), 1);
    expect([width, height]).toEqual([5, 4]);
    expect([...values]).toEqual([11, 10, 11, 12, 11, 1, 0, 1, 2, 1, 11, 10, 11, 12, 11, 1, 0, 1, 2, 1]);
  });

  it('comes off again and leaves the picture as it was', () => {
    const before = picture(7, 5);
    expect(cropMiddle(addMargin(before, 3), 7, 5)).toEqual(before);
  });

  it('may be wider than the picture, which is then mirrored again', () => {
    const { values } = addMargin(picture(2, 1), 3);
    expect([...values.subarray(0, 8)]).toEqual([1, 0, 1, 0, 1, 0, 1, 0]);
  });

  it('keeps channels together', () => {
    const { values } = addMargin({ width: 1, height: 1, channels: 3, values: Float32Array.of(1, 2, 3) }, 1);
    expect([...values.subarray(0, 9)]).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3]);
  });

  it('is cut off evenly, the odd pixel from the right and the bottom', () => {
    expect([...cropMiddle(picture(4, 4), 3, 1).values]).toEqual([10, 11, 12]);
  });
});
