// Means over windows side by side, `size` × `size`, and their adjoint; what lies beyond the last whole window is in no mean.

import { loadLanes, storeLanes } from './vector';

/** out[y, x, :] = mean of x[y·size + i, x·size + j, :] for the rows `first` to `end` of out `[·, outWidth, channels]`. */
export function averagePool(
  x: usize, inWidth: i32, channels: i32, size: i32, out: usize, outWidth: i32, first: i32, end: i32, _: usize,
): void {
  const pixel = (<usize>channels) << 2;
  const line = <usize>inWidth * pixel;
  const share = f32x4.splat(<f32>(1.0 / <f64>(size * size)));
  for (let y = first; y < end; y++) {
    let to = out + <usize>(y * outWidth) * pixel;
    for (let window = 0; window < outWidth; window++) {
      const corner = x + <usize>(y * size) * line + <usize>(window * size) * pixel;
      for (let c = 0; c < channels; c += 4) {
        const lanes = min(4, channels - c);
        const channel = (<usize>c) << 2;
        // Columns by themselves, then their sums.
        let sum = f32x4.splat(0);
        for (let j = 0; j < size; j++) {
          let at = corner + <usize>j * pixel + channel;
          let column = loadLanes(at, lanes);
          for (let i = 1; i < size; i++) {
            at += line;
            column = f32x4.add(column, loadLanes(at, lanes));
          }
          sum = j == 0 ? column : f32x4.add(sum, column);
        }
        storeLanes(to + channel, f32x4.mul(sum, share), lanes);
      }
      to += pixel;
    }
  }
}

/** dx[y, x, :] = dy of the window that it is in, shared among it, or 0, for the rows `first` to `end` of dx. */
export function averagePoolGrad(
  dy: usize, outHeight: i32, outWidth: i32, channels: i32, size: i32, dx: usize, inWidth: i32,
  first: i32, end: i32, _: usize,
): void {
  const pixel = (<usize>channels) << 2;
  const share = f32x4.splat(<f32>(1.0 / <f64>(size * size)));
  for (let y = first; y < end; y++) {
    let to = dx + <usize>(y * inWidth) * pixel;
    const row = y / size;
    const whole = row < outHeight ? min(outWidth * size, inWidth) : 0;
    for (let column = 0; column < whole; column++) {
      const from = dy + <usize>(row * outWidth + column / size) * pixel;
      for (let c = 0; c < channels; c += 4) {
        const lanes = min(4, channels - c);
        const channel = (<usize>c) << 2;
        storeLanes(to + channel, f32x4.mul(loadLanes(from + channel, lanes), share), lanes);
      }
      to += pixel;
    }
    memory.fill(to, 0, <usize>(inWidth - whole) * pixel);
  }
}
