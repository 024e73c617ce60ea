// C[m,n] = A[m,k] · B[k,n], all multiples of four: the inner product of the Winograd convolution and of the per-position
// channel mix. Register block of 4 rows × 8 columns.

/** Four sums to where they belong, `at` bytes from C's beginning and `column` bytes from that of a row. */
// @ts-ignore: decorator
@inline
function finish(c: usize, at: usize, column: usize, sum: v128, shift: usize, dy: usize, mask: usize): void {
  if (shift) {
    sum = f32x4.add(sum, v128.load(shift + column));
    if (dy) sum = f32x4.add(sum, v128.load(dy + at));
    if (mask) sum = v128.and(sum, f32x4.gt(v128.load(mask + at), f32x4.splat(0)));
  }
  v128.store(c + at, sum);
}

/**
 * @param m rows of A, a multiple of 4
 * @param n columns of B, a multiple of 4
 * @param lda, ldb, ldc from one row to the next, in floats
 * @param panel from eight columns of B to the next eight, in floats: 8 where B is row-major
 * @param shift 0, or `[n]`: C is the product + shift + dy, and 0 where mask is not above 0
 * @param dy, mask 0, or as C lies
 */
export function gemm(
  a: usize, b: usize, c: usize, m: i32, n: i32, k: i32, lda: i32, ldb: i32, panel: i32, ldc: i32,
  shift: usize, dy: usize, mask: usize,
): void {
  const rowA = (<usize>lda) << 2;
  const rowB = (<usize>ldb) << 2;
  const rowC = (<usize>ldc) << 2;
  let j = 0;
  for (; j + 8 <= n; j += 8) {
    const column = (<usize>j) << 2;
    const bj = b + ((<usize>((j >> 3) * panel)) << 2);
    for (let i = 0; i < m; i += 4) {
      let a0 = a + <usize>i * rowA;
      let a1 = a0 + rowA;
      let a2 = a1 + rowA;
      let a3 = a2 + rowA;
      let p = bj;
      let c00 = f32x4.splat(0), c01 = f32x4.splat(0);
      let c10 = f32x4.splat(0), c11 = f32x4.splat(0);
      let c20 = f32x4.splat(0), c21 = f32x4.splat(0);
      let c30 = f32x4.splat(0), c31 = f32x4.splat(0);
      for (let l = 0; l < k; l++) {
        const b0 = v128.load(p);
        const b1 = v128.load(p, 16);
        p += rowB;
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
      }
      let at = <usize>i * rowC + column;
      finish(c, at, column, c00, shift, dy, mask);
      finish(c, at + 16, column + 16, c01, shift, dy, mask);
      at += rowC;
      finish(c, at, column, c10, shift, dy, mask);
      finish(c, at + 16, column + 16, c11, shift, dy, mask);
      at += rowC;
      finish(c, at, column, c20, shift, dy, mask);
      finish(c, at + 16, column + 16, c21, shift, dy, mask);
      at += rowC;
      finish(c, at, column, c30, shift, dy, mask);
      finish(c, at + 16, column + 16, c31, shift, dy, mask);
    }
  }
  for (; j < n; j += 4) {
    const column = (<usize>j) << 2;
    const bj = b + ((<usize>((j >> 3) * panel)) << 2);
    for (let i = 0; i < m; i += 4) {
      let a0 = a + <usize>i * rowA;
      let a1 = a0 + rowA;
      let a2 = a1 + rowA;
      let a3 = a2 + rowA;
      let p = bj;
      let c0 = f32x4.splat(0), c1 = f32x4.splat(0), c2 = f32x4.splat(0), c3 = f32x4.splat(0);
      for (let l = 0; l < k; l++) {
        const b0 = v128.load(p);
        p += rowB;
        c0 = f32x4.add(c0, f32x4.mul(v128.load32_splat(a0), b0));
        c1 = f32x4.add(c1, f32x4.mul(v128.load32_splat(a1), b0));
        c2 = f32x4.add(c2, f32x4.mul(v128.load32_splat(a2), b0));
        c3 = f32x4.add(c3, f32x4.mul(v128.load32_splat(a3), b0));
        a0 += 4;
        a1 += 4;
        a2 += 4;
        a3 += 4;
      }
      let at = <usize>i * rowC + column;
      finish(c, at, column, c0, shift, dy, mask);
      at += rowC;
      finish(c, at, column, c1, shift, dy, mask);
      at += rowC;
      finish(c, at, column, c2, shift, dy, mask);
      at += rowC;
      finish(c, at, column, c3, shift, dy, mask);
    }
  }
}
