// Direct convolution for every kernel size and stride that Winograd's form does not serve. Over a band of padded rows
// (band.ts) it is a matrix product without im2col: a register block holds 4 positions × 8 output channels and walks along
// the kernel's rows. Of a picture's three channels most of that would be zeros: then the band lies by channels, and a block
// holds 8 positions × 3. Each output is summed in the same order either way.
//
// Like winogradConv it serves the convolution and its adjoint: borders are tables of indices, in and out.

import { BAND_ROWS, bandFloats, fillBand } from './band';
import { loadLanes, storeLanes } from './vector';

/** Positions that a register block may compute beyond a row's end; what they give is thrown away. */
const BEYOND: i32 = 7;

/** Whether the band lies by channels. */
// @ts-ignore: decorator
@inline
function isNarrow(co: i32, stride: i32): bool {
  return co <= 3 && stride == 1;
}

/** Room for the filter as `directFilter` leaves it, in floats. */
export function directFilterFloats(ci: i32, co: i32, kh: i32, kw: i32): i32 {
  return kh * kw * ci * ((co + 7) & ~7);
}

/** Floats from one channel to the next in a band that lies by channels. */
// @ts-ignore: decorator
@inline
function pitchOf(outWidth: i32, kw: i32): i32 {
  return outWidth + kw + BEYOND;
}

/** Scratch that `directConv` needs, in floats: one row of results, one of the band as it is read, the band. */
export function directScratchFloats(outWidth: i32, ci: i32, co: i32, kh: i32, kw: i32, stride: i32): i32 {
  const results = (outWidth + BEYOND) * 8;
  return isNarrow(co, stride)
    ? results + (pitchOf(outWidth, kw) + (BAND_ROWS - 1 + kh) * pitchOf(outWidth, kw)) * ci
    : results + bandFloats(outWidth, ci, kh, kw, stride) + BEYOND * stride * ci;
}

/**
 * Panels `[⌈co / 8⌉][kh · kw · ci][8]` of the taps that the tables name, zeros beyond the last channel; for a narrow
 * convolution `[3][kh · kw · ci]`.
 *
 * @param filter `[·, filterWidth, ci, co]`
 */
export function directFilter(
  filter: usize, tapRows: usize, tapColumns: usize, kh: i32, kw: i32, filterWidth: i32, ci: i32, co: i32, stride: i32,
  packed: usize,
): void {
  const panel = isNarrow(co, stride) ? 1 : 8;
  let to = packed;
  for (let c = 0; c < (panel == 1 ? 3 : co); c += panel) {
    for (let i = 0; i < kh; i++) {
      const tapRow = load<i32>(tapRows + ((<usize>i) << 2)) * filterWidth;
      for (let j = 0; j < kw; j++) {
        const tap = tapRow + load<i32>(tapColumns + ((<usize>j) << 2));
        let from = filter + ((<usize>(tap * ci * co + c)) << 2);
        for (let k = 0; k < ci; k++) {
          for (let o = 0; o < panel; o++) {
            f32.store(to, c + o < co ? f32.load(from + ((<usize>o) << 2)) : 0);
            to += 4;
          }
          from += (<usize>co) << 2;
        }
      }
    }
  }
}

/**
 * out[p][0..7] = Σ a[p + i·row + l] · b[i·across + l][0..7] for four positions p, `step` bytes apart in a.
 *
 * @param row bytes from one row of the kernel to the next in a
 * @param across floats along a row of the kernel
 */
function block4x8(a: usize, step: usize, row: usize, kh: i32, across: i32, b: usize, out: usize): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0), c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0), c31 = f32x4.splat(0);
  for (let i = 0; i < kh; i++) {
    let a0 = a;
    let a1 = a0 + step;
    let a2 = a1 + step;
    let a3 = a2 + step;
    for (let l = 0; l < across; l++) {
      const b0 = v128.load(b);
      const b1 = v128.load(b, 16);
      const x0 = v128.load32_splat(a0);
      c00 = f32x4.add(c00, f32x4.mul(x0, b0));
      c01 = f32x4.add(c01, f32x4.mul(x0, b1));
      const x1 = v128.load32_splat(a1);
      c10 = f32x4.add(c10, f32x4.mul(x1, b0));
      c11 = f32x4.add(c11, f32x4.mul(x1, b1));
      const x2 = v128.load32_splat(a2);
      c20 = f32x4.add(c20, f32x4.mul(x2, b0));
      c21 = f32x4.add(c21, f32x4.mul(x2, b1));
      const x3 = v128.load32_splat(a3);
      c30 = f32x4.add(c30, f32x4.mul(x3, b0));
      c31 = f32x4.add(c31, f32x4.mul(x3, b1));
      a0 += 4;
      a1 += 4;
      a2 += 4;
      a3 += 4;
      b += 32;
    }
    a += row;
  }
  v128.store(out, c00);
  v128.store(out, c01, 16);
  v128.store(out, c10, 32);
  v128.store(out, c11, 48);
  v128.store(out, c20, 64);
  v128.store(out, c21, 80);
  v128.store(out, c30, 96);
  v128.store(out, c31, 112);
}

/**
 * out[p·8 + o] = Σ a[i·row + k·pitch + j + p] · b[o·depth + (i·kw + j)·ci + k] for eight positions p and three channels o. No
 * more of them: compilers load all that a turn needs first, and a sum that then has no register goes through memory each time.
 *
 * @param pitch bytes from one channel of a row to the next in a
 * @param depth bytes from one channel to the next in b
 */
function block8x3(a: usize, pitch: usize, kh: i32, kw: i32, ci: i32, b: usize, depth: usize, out: usize): void {
  let c0 = f32x4.splat(0), c1 = f32x4.splat(0), c2 = f32x4.splat(0);
  let c3 = f32x4.splat(0), c4 = f32x4.splat(0), c5 = f32x4.splat(0);
  let b1 = b + depth;
  let b2 = b1 + depth;
  for (let i = 0; i < kh; i++) {
    for (let j = 0; j < kw; j++) {
      let at = a + ((<usize>j) << 2);
      for (let k = 0; k < ci; k++) {
        const x = v128.load(at);
        const y = v128.load(at, 16);
        const w0 = v128.load32_splat(b);
        c0 = f32x4.add(c0, f32x4.mul(x, w0));
        c1 = f32x4.add(c1, f32x4.mul(y, w0));
        const w1 = v128.load32_splat(b1);
        c2 = f32x4.add(c2, f32x4.mul(x, w1));
        c3 = f32x4.add(c3, f32x4.mul(y, w1));
        const w2 = v128.load32_splat(b2);
        c4 = f32x4.add(c4, f32x4.mul(x, w2));
        c5 = f32x4.add(c5, f32x4.mul(y, w2));
        at += pitch;
        b += 4;
        b1 += 4;
        b2 += 4;
      }
    }
    a += <usize>ci * pitch;
  }
  spread(c0, out);
  spread(c1, out + 128);
  spread(c2, out + 4);
  spread(c3, out + 132);
  spread(c4, out + 8);
  spread(c5, out + 136);
}

/** Four numbers, eight apart. */
// @ts-ignore: decorator
@inline
function spread(value: v128, out: usize): void {
  f32.store(out, f32x4.extract_lane(value, 0));
  f32.store(out, f32x4.extract_lane(value, 1), 32);
  f32.store(out, f32x4.extract_lane(value, 2), 64);
  f32.store(out, f32x4.extract_lane(value, 3), 96);
}

/** Four channels of a row of results to where they belong: `pitch` bytes between results, out at channel 0 of the row. */
function finishRow(
  results: usize, pitch: usize, width: i32, bias: usize, relu: i32, accumulate: i32,
  out: usize, columns: usize, pixel: usize, lanes: i32,
): void {
  const zero = f32x4.splat(0);
  const shift = bias ? loadLanes(bias, lanes) : zero;
  for (let x = 0; x < width; x++) {
    const column = load<i32>(columns + ((<usize>x) << 2));
    if (column >= 0) {
      const at = out + <usize>column * pixel;
      let value = f32x4.add(v128.load(results), shift);
      if (relu) value = f32x4.max(value, zero);
      if (accumulate) value = f32x4.add(value, loadLanes(at, lanes));
      storeLanes(at, value, lanes);
    }
    results += pitch;
  }
}

/**
 * out[outRows[y], outColumns[x], :] = activation(Σ filter[tapRows[i], tapColumns[j]] ·
 * in[inRows[y·stride + i], inColumns[x·stride + j], :] + bias) for first ≤ y < end, x < outWidth; where an index is −1,
 * the input is 0 and the result is dropped.
 *
 * @param input `[·, inWidth, ci]`; with `mask` (same shape) the input counts only where mask > 0
 * @param inRows, inColumns int32, `(outHeight − 1)·stride + kh` and `(outWidth − 1)·stride + kw` entries
 * @param packed of directFilter
 * @param bias `[co]`, or 0
 * @param outRows, outColumns int32, outHeight and outWidth entries
 * @param out `[·, outStride, co]`, added to when `accumulate` is 1
 */
export function directConv(
  input: usize, mask: usize, inRows: usize, inColumns: usize, inWidth: i32, ci: i32,
  packed: usize, kh: i32, kw: i32, stride: i32, bias: usize, relu: i32,
  out: usize, outRows: usize, outColumns: usize, outStride: i32, co: i32,
  outWidth: i32, accumulate: i32, first: i32, end: i32, scratch: usize,
): void {
  const across = kw * ci;
  const depth = (<usize>(kh * across)) << 2;
  const results = scratch;
  const band = results + ((<usize>((outWidth + BEYOND) * 8)) << 2);

  const width = (outWidth - 1) * stride + kw;
  const bandRow = (<usize>(width * ci)) << 2;
  const step = (<usize>(stride * ci)) << 2;
  const pixel = (<usize>co) << 2;
  const pitch = (<usize>pitchOf(outWidth, kw)) << 2;
  const narrow = isNarrow(co, stride);
  const turned = band + <usize>ci * pitch;
  for (let top = first; top < end; top += BAND_ROWS) {
    const rows = min(BAND_ROWS, end - top);
    const bandRows = (rows - 1) * stride + kh;
    const table = inRows + ((<usize>(top * stride)) << 2);
    if (narrow) {
      for (let r = 0; r < bandRows; r++) {
        fillBand(input, mask, table + ((<usize>r) << 2), inColumns, inWidth, ci, 1, width, band);
        turn(band, width, ci, turned + <usize>(r * ci) * pitch, pitch);
      }
    } else {
      fillBand(input, mask, table, inColumns, inWidth, ci, bandRows, width, band);
    }
    for (let c = 0; c < co; c += 8) {
      const b = packed + <usize>c * depth;
      const channel = (<usize>c) << 2;
      for (let r = 0; r < rows; r++) {
        const row = load<i32>(outRows + ((<usize>(top + r)) << 2));
        if (row < 0) continue;
        const to = out + <usize>(row * outStride) * pixel + channel;
        const shift = bias ? bias + channel : 0;
        if (narrow) {
          const seen = turned + <usize>(r * ci) * pitch;
          for (let x = 0; x < outWidth; x += 8)
            block8x3(seen + ((<usize>x) << 2), pitch, kh, kw, ci, b, depth, results + ((<usize>x) << 5));
        } else {
          const seen = band + <usize>(r * stride) * bandRow;
          for (let x = 0; x < outWidth; x += 4)
            block4x8(seen + <usize>x * step, step, bandRow, kh, across, b, results + ((<usize>x) << 5));
        }
        finishRow(results, 32, outWidth, shift, relu, accumulate, to, outColumns, pixel, min(4, co - c));
        if (co - c > 4)
          finishRow(
            results + 16, 32, outWidth, shift ? shift + 16 : 0, relu, accumulate, to + 16, outColumns, pixel,
            min(4, co - c - 4),
          );
      }
    }
  }
}

/** to[k][x] = row[x][k]; beyond `width` whatever. */
function turn(row: usize, width: i32, channels: i32, to: usize, pitch: usize): void {
  const pixel = (<usize>channels) << 2;
  let k = 0;
  for (; k + 4 <= channels; k += 4) {
    let from = row + ((<usize>k) << 2);
    let at = to + <usize>k * pitch;
    for (let x = 0; x < width; x += 4) {
      const a = v128.load(from);
      const b = v128.load(from + pixel);
      const c = v128.load(from + 2 * pixel);
      const d = v128.load(from + 3 * pixel);
      const low = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const high = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const lowOther = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
      const highOther = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
      v128.store(at, v128.shuffle<f32>(low, lowOther, 0, 1, 4, 5));
      v128.store(at + pitch, v128.shuffle<f32>(low, lowOther, 2, 3, 6, 7));
      v128.store(at + 2 * pitch, v128.shuffle<f32>(high, highOther, 0, 1, 4, 5));
      v128.store(at + 3 * pitch, v128.shuffle<f32>(high, highOther, 2, 3, 6, 7));
      from += 4 * pixel;
      at += 16;
    }
  }
  for (; k < channels; k++) {
    let from = row + ((<usize>k) << 2);
    const at = to + <usize>k * pitch;
    for (let x: usize = 0; x < <usize>width; x++) {
      f32.store(at + (x << 2), f32.load(from));
      from += pixel;
    }
  }
}
