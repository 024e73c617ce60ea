/**
 * ICC profiles that are tables, as those of printers and scanners are: curves, a lattice of colours, curves, to the colours of D50
 * (ICC.1:2022, 10.10 to 10.12). Between the lattice's points in straight lines, and black as dark as the profile says: as
 * browsers do.
 */

/** Numbers in 0..1 as the file has them → X, Y, Z under D50. */
export type Tables = (values: readonly number[]) => number[];

type Curve = (value: number) => number;
type Stage = (values: readonly number[]) => number[];

const clamped = (value: number): number => Math.min(1, Math.max(0, value));

/** A row of numbers at a place in 0..1. */
export function along(table: ArrayLike<number>, value: number): number {
  const place = clamped(value) * (table.length - 1);
  const below = Math.min(table.length - 2, Math.floor(place));
  const [first = 0, second = 0] = [table[below], table[below + 1]];
  return first + (second - first) * (place - below);
}

/** @param grid points along each channel; the last channel's follow one another */
function lattice(grid: readonly number[], outputs: number, points: ArrayLike<number>): Stage {
  const strides = grid.map((_, i) => grid.slice(i + 1).reduce((a, b) => a * b, outputs));
  return (values) => {
    const out = new Array<number>(outputs).fill(0);
    const places = grid.map((count, i) => {
      const place = clamped(values[i] ?? 0) * (count - 1);
      const below = Math.max(0, Math.min(count - 2, Math.floor(place)));
      return { at: below * (strides[i] ?? 0), share: place - below };
    });
    for (let corner = 0; corner < 2 ** grid.length; corner++) {
      let [at, share] = [0, 1];
      for (const [i, place] of places.entries()) {
        const isAbove = (corner >> i) & 1;
        at += place.at + (isAbove ? (strides[i] ?? 0) : 0);
        share *= isAbove ? place.share : 1 - place.share;
      }
      if (share > 0) for (let c = 0; c < outputs; c++) out[c] = (out[c] ?? 0) + share * (points[at + c] ?? 0);
    }
    return out;
  };
}

const each =
  (curves: readonly Curve[]): Stage =>
  (values) =>
    values.map((value, i) => curves[i]?.(value) ?? value);

const d50 = [0.9642, 1, 0.8249];

/** CIE Lab → XYZ. @param l of 0..100 */
function ofLab(l: number, a: number, b: number): number[] {
  const y = (l + 16) / 116;
  return [y + a / 500, y, y - b / 200].map(
    (f, i) => (d50[i] ?? 1) * (f > 6 / 29 ? f ** 3 : (f - 4 / 29) * (108 / 841)),
  );
}

/**
 * @param view of the profile @param at of its A2B tag @param isLab what it leads to, else XYZ
 * @param curveAt reads a curve and tells how long it is
 * @throws RangeError for what is cut short or of another kind
 */
export function readTables(
  view: DataView,
  at: number,
  isLab: boolean,
  curveAt: (at: number) => { readonly curve: Curve; readonly length: number },
): Tables {
  const kind = String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
  const [inputs, outputs] = [view.getUint8(at + 8), view.getUint8(at + 9)];
  if (inputs !== 3 || outputs !== 3) throw new RangeError('channels');
  const numbers = (from: number, count: number, bytes: number) => {
    // Before room is made for them.
    if (from + count * bytes > view.byteLength) throw new RangeError('numbers are missing');
    return Float32Array.from({ length: count }, (_, i) =>
      bytes === 1 ? view.getUint8(from + i) / 255 : view.getUint16(from + 2 * i) / 65535,
    );
  };
  const stages = kind === 'mAB ' ? modern() : older();
  // Numbers of 16 bits in the older kind have 100 at 65280.
  const [light, wide] = kind === 'mft2' ? [65535 / 652.8, 65535 / 256] : [100, 255];
  return (values) => {
    const [x = 0, y = 0, z = 0] = stages.reduce<readonly number[]>((seen, stage) => stage(seen), values);
    return isLab ? ofLab(x * light, y * wide - 128, z * wide - 128) : [x, y, z].map((v) => v * (1 + 32767 / 32768));
  };

  function older(): Stage[] {
    const bytes = kind === 'mft1' ? 1 : 2;
    if (kind !== 'mft1' && kind !== 'mft2') throw new RangeError('kind');
    const [entries, exits] = bytes === 1 ? [256, 256] : [view.getUint16(at + 48), view.getUint16(at + 50)];
    const side = view.getUint8(at + 10);
    let from = at + (bytes === 1 ? 48 : 52);
    const rows = (count: number, length: number) =>
      Array.from({ length: count }, (): Curve => {
        const table = numbers(from, length, bytes);
        from += length * bytes;
        return (value) => along(table, value);
      });
    const before = each(rows(inputs, entries));
    const count = side ** inputs * outputs;
    const points = numbers(from, count, bytes);
    from += count * bytes;
    const grid = Array.from({ length: inputs }, () => side);
    return [before, lattice(grid, outputs, points), each(rows(outputs, exits))];
  }

  function modern(): Stage[] {
    const place = (field: number) => {
      const offset = view.getUint32(at + field);
      return offset === 0 ? undefined : at + offset;
    };
    const [last, matrix, middle, clut, first] = [12, 16, 20, 24, 28].map(place);
    const curves = (from: number | undefined, count: number): Stage[] => {
      if (from === undefined) return [];
      let next = from;
      const all = Array.from({ length: count }, () => {
        const { curve, length } = curveAt(next);
        next += Math.ceil(length / 4) * 4;
        return (value: number) => curve(clamped(value));
      });
      return [each(all)];
    };
    const points = (from: number | undefined): Stage[] => {
      if (from === undefined) return [];
      const grid = Array.from({ length: inputs }, (_, i) => view.getUint8(from + i));
      const count = grid.reduce((a, b) => a * b, outputs);
      return [lattice(grid, outputs, numbers(from + 20, count, view.getUint8(from + 16)))];
    };
    const mixed = (from: number | undefined): Stage[] => {
      if (from === undefined) return [];
      const m = Array.from({ length: 12 }, (_, i) => view.getInt32(from + 4 * i) / 65536);
      return [
        (v) =>
          [0, 1, 2].map((row) => [0, 1, 2].reduce((s, k) => s + (m[3 * row + k] ?? 0) * (v[k] ?? 0), m[9 + row] ?? 0)),
      ];
    };
    return [...curves(first, inputs), ...points(clut), ...curves(middle, 3), ...mixed(matrix), ...curves(last, 3)];
  }
}
