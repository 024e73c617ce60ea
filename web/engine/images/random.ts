/** Seeded random numbers on the CPU: the same seed is the same start on every device. */

/** Where a generator stands, as plain data. */
export type RandomState = readonly [a: number, b: number, c: number, counter: number];

export interface RandomGenerator {
  /** Uniform in [0, 1), 2³² values. */
  (): number;
  /** `randomFrom` goes on from it. */
  state(): RandomState;
}

/** sfc32 (Doty-Humphrey, PractRand). */
export function randomGenerator(seed: number): RandomGenerator {
  const next = randomFrom([0x9e3779b9, 0x243f6a88, seed >>> 0, 1]);
  for (let i = 0; i < 15; i++) next();
  return next;
}

/** The generator that stands there: it gives what the one before would have given. */
export function randomFrom(state: RandomState): RandomGenerator {
  let [a, b, c, counter] = state;
  const next = () => {
    const sum = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  return Object.assign(next, { state: (): RandomState => [a, b, c, counter] });
}

/** Standard normal values by Box–Muller. */
export function normalNoise(length: number, random: () => number): Float32Array {
  const values = new Float32Array(length);
  for (let i = 0; i < length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    values[i] = radius * Math.cos(angle);
    if (i + 1 < length) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}

/** The same values in another order (Fisher & Yates). */
export function shuffled(values: Float32Array, random: () => number): Float32Array {
  const order = values.slice();
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  return order;
}
