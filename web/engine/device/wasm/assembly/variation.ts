// Total variation over the eight neighbours, value and gradient in one pass (objectives/regularisation.ts).

/**
 * out = gradient + ∂L/∂image for L = Σ over pairs of neighbours of share · (x_p − x_q)², rows `first` to `end`
 * @param image, gradient, out `[height, width, channels]`
 * @param straight share of a pair side by side
 * @param diagonal share of a pair corner to corner
 * @param energies a double for each row: their sum is 2 L, as every pair is seen from both sides
 */
export function totalVariation(
  image: usize, gradient: usize, out: usize, height: i32, width: i32, channels: i32, straight: f32, diagonal: f32,
  energies: usize, first: i32, end: i32, _: usize,
): void {
  const row = width * channels;
  for (let y = first; y < end; y++) {
    const at = (<usize>(y * row)) << 2;
    const energy =
      rowOf(image + at, gradient + at, out + at, y > 0, y + 1 < height, row, channels, straight, diagonal);
    f64.store(energies + ((<usize>y) << 3), energy);
  }
}

function rowOf(
  x: usize, gradient: usize, out: usize, above: bool, below: bool, row: i32, channels: i32, straight: f32, diagonal: f32,
): f64 {
  const inner = row - channels;
  let sum: f64 = 0;
  let i = 0;
  for (; i < channels; i++) sum += single(x, gradient, out, i, above, below, row, channels, straight, diagonal);
  let total = f32x4.splat(0);
  const side = f32x4.splat(straight);
  const corner = f32x4.splat(diagonal);
  const step = (<usize>channels) << 2;
  const line = (<usize>row) << 2;
  for (; i + 4 <= inner; i += 4) {
    const p = x + ((<usize>i) << 2);
    const value = v128.load(p);
    let d = f32x4.sub(value, v128.load(p - step));
    let pull = f32x4.mul(d, side);
    let energy = f32x4.mul(pull, d);
    d = f32x4.sub(value, v128.load(p + step));
    let own = f32x4.mul(d, side);
    pull = f32x4.add(pull, own);
    energy = f32x4.add(energy, f32x4.mul(own, d));
    for (let k = 0; k < 2; k++) {
      if (k == 0 ? !above : !below) continue;
      const q = k == 0 ? p - line : p + line;
      d = f32x4.sub(value, v128.load(q));
      own = f32x4.mul(d, side);
      pull = f32x4.add(pull, own);
      energy = f32x4.add(energy, f32x4.mul(own, d));
      d = f32x4.sub(value, v128.load(q - step));
      own = f32x4.mul(d, corner);
      pull = f32x4.add(pull, own);
      energy = f32x4.add(energy, f32x4.mul(own, d));
      d = f32x4.sub(value, v128.load(q + step));
      own = f32x4.mul(d, corner);
      pull = f32x4.add(pull, own);
      energy = f32x4.add(energy, f32x4.mul(own, d));
    }
    total = f32x4.add(total, energy);
    const offset = (<usize>i) << 2;
    v128.store(out + offset, f32x4.add(v128.load(gradient + offset), f32x4.add(pull, pull)));
  }
  for (; i < row; i++) sum += single(x, gradient, out, i, above, below, row, channels, straight, diagonal);
  return (
    sum +
    <f64>f32x4.extract_lane(total, 0) + <f64>f32x4.extract_lane(total, 1) +
    <f64>f32x4.extract_lane(total, 2) + <f64>f32x4.extract_lane(total, 3)
  );
}

/** One value, with whatever neighbours it has. */
function single(
  x: usize, gradient: usize, out: usize, i: i32, above: bool, below: bool, row: i32, channels: i32, straight: f32, diagonal: f32,
): f64 {
  const value = f32.load(x + ((<usize>i) << 2));
  let pull: f32 = 0;
  let energy: f32 = 0;
  for (let dy = above ? -1 : 0; dy <= (below ? 1 : 0); dy++) {
    for (let dx = -1; dx <= 1; dx++) {
      const column = i + dx * channels;
      if ((dx == 0 && dy == 0) || column < 0 || column >= row) continue;
      const d = value - f32.load(x + ((<isize>(dy * row + column)) << 2));
      const own = d * (dx != 0 && dy != 0 ? diagonal : straight);
      pull += own;
      energy += own * d;
    }
  }
  const offset = (<usize>i) << 2;
  f32.store(out + offset, f32.load(gradient + offset) + 2 * pull);
  return <f64>energy;
}
