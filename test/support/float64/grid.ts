/**
 * The tests' own arithmetic: every layer and loss of the engine as the plainest loop in double precision, written from
 * the definitions and not from the engine. Finite differences of these are the oracle of the engine's gradients.
 */

/** A `[1, height, width, channels]` picture or feature map, channels innermost. */
export interface Grid {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly values: Float64Array;
}

export const grid = (height: number, width: number, channels: number, values?: ArrayLike<number>): Grid => ({
  height,
  width,
  channels,
  values: values ? Float64Array.from(values) : new Float64Array(height * width * channels),
});

/** An element that must be there: a reference that reads beyond its arrays would be no reference. */
export function at(values: ArrayLike<number>, index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`index ${index} of ${values.length}`);
  return value;
}

export const shapeOf = ({ height, width, channels }: Grid): [number, number, number, number] => [
  1,
  height,
  width,
  channels,
];

export const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  if (a.length !== b.length) throw new RangeError(`${a.length} and ${b.length} values`);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += at(a, i) * at(b, i);
  return sum;
};

export const norm = (values: ArrayLike<number>): number => Math.sqrt(dot(values, values));

/** Central differences of a scalar function in every element. Exact to about 1e-9 in double precision. */
export function finiteDifferences(f: (values: Float64Array) => number, from: ArrayLike<number>, step = 1e-5) {
  const values = Float64Array.from(from);
  return values.map((value, i) => {
    values[i] = value + step;
    const above = f(values);
    values[i] = value - step;
    const below = f(values);
    values[i] = value;
    return (above - below) / (2 * step);
  });
}
