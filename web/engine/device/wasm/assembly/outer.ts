// Sums of outer products over positions: of a Gram matrix, and of a filter's gradient.

// @ts-ignore: decorator
@inline
export function add(at: usize, value: v128): void {
  v128.store(at, f32x4.add(v128.load(at), value));
}

/** sums[0..3][0..7] += Σ a[p][0..3] ⊗ b[p][0..7]; `stepA` and `stepB` bytes from one position to the next, `pitch` between sums. */
export function outer4x8(
  a: usize, stepA: usize, b: usize, stepB: usize, count: i32, sums: usize, pitch: usize,
): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0), c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0), c31 = f32x4.splat(0);
  for (let p = 0; p < count; p++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const x0 = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(x0, b0));
    c01 = f32x4.add(c01, f32x4.mul(x0, b1));
    const x1 = v128.load32_splat(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(x1, b0));
    c11 = f32x4.add(c11, f32x4.mul(x1, b1));
    const x2 = v128.load32_splat(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(x2, b0));
    c21 = f32x4.add(c21, f32x4.mul(x2, b1));
    const x3 = v128.load32_splat(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(x3, b0));
    c31 = f32x4.add(c31, f32x4.mul(x3, b1));
    a += stepA;
    b += stepB;
  }
  add(sums, c00);
  add(sums + 16, c01);
  sums += pitch;
  add(sums, c10);
  add(sums + 16, c11);
  sums += pitch;
  add(sums, c20);
  add(sums + 16, c21);
  sums += pitch;
  add(sums, c30);
  add(sums + 16, c31);
}

/** The same of four. */
export function outer4x4(
  a: usize, stepA: usize, b: usize, stepB: usize, count: i32, sums: usize, pitch: usize,
): void {
  let c0 = f32x4.splat(0), c1 = f32x4.splat(0), c2 = f32x4.splat(0), c3 = f32x4.splat(0);
  for (let p = 0; p < count; p++) {
    const w = v128.load(b);
    c0 = f32x4.add(c0, f32x4.mul(v128.load32_splat(a), w));
    c1 = f32x4.add(c1, f32x4.mul(v128.load32_splat(a, 4), w));
    c2 = f32x4.add(c2, f32x4.mul(v128.load32_splat(a, 8), w));
    c3 = f32x4.add(c3, f32x4.mul(v128.load32_splat(a, 12), w));
    a += stepA;
    b += stepB;
  }
  add(sums, c0);
  add(sums + pitch, c1);
  add(sums + 2 * pitch, c2);
  add(sums + 3 * pitch, c3);
}
