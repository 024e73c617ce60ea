/** What a kernel's runner works with: the heap, the kernels, and the threads that share them. */
import type { DividedKernels, Kernels, OperandsOf } from './exports';
import type { Heap } from './heap';
import type { Pool } from './pool';

/** More than there are threads, so that one that is slow, or comes late, holds up nobody. */
const slicesPerThread = 4;

export interface Extent {
  /** Of what is divided: rows, tiles, positions. */
  readonly total: number;
  /** Slices begin at multiples of it. */
  readonly unit: number;
  /** Multiplications in all, about. */
  readonly work: number;
}

export class Machine {
  /** Of gradients that are 0 already where a ReLU gave 0: what it gave. Both by their `dataId`. */
  readonly masked = new WeakMap<object, object>();

  constructor(
    readonly heap: Heap,
    readonly kernels: Kernels,
    readonly pool: Pool,
  ) {}

  /** Runs a kernel over slices; each thread has so many floats of scratch. */
  run<K extends keyof DividedKernels>(
    name: K,
    operands: OperandsOf<K>,
    bounds: readonly number[],
    scratchFloats = 0,
  ): void {
    if (scratchFloats === 0) {
      this.pool.run(name, operands, bounds);
      return;
    }
    const threads = bounds.length > 2 ? this.pool.threads : 1;
    this.heap.withTables({}, threads * scratchFloats, (_, address) => {
      this.pool.run(name, operands, bounds, { address, bytes: 4 * scratchFloats });
    });
  }

  /** Where slices begin, and where the last ends: one where there is less to do than to wake somebody. */
  slices({ total, unit, work }: Extent, most = slicesPerThread * this.pool.threads): number[] {
    const count = this.pool.threads === 1 ? 1 : Math.min(most, Math.floor(work / this.pool.leastWork));
    const size = unit * Math.ceil(total / Math.max(1, count) / unit);
    return [...Array.from({ length: Math.ceil(total / size) }, (_, i) => i * size), total];
  }
}

/**
 * Of slices, those beginnings that a table of targets allows: what is before one of them goes to other targets than what is
 * after, so that whoever adds there is alone.
 * @param unit entries of the table that one step of a bound is
 */
export function apart(bounds: readonly number[], targets: Int32Array, unit = 1): number[] {
  const least = new Int32Array(targets.length + 1).fill(0x7fff_ffff);
  for (let i = targets.length - 1; i >= 0; i--) {
    const [target = -1, after = 0] = [targets[i], least[i + 1]];
    least[i] = target < 0 ? after : Math.min(target, after);
  }
  let most = -1;
  let seen = 0;
  return bounds.filter((bound, i) => {
    const end = Math.min(targets.length, bound * unit);
    for (; seen < end; seen++) most = Math.max(most, targets[seen] ?? -1);
    return i === 0 || i === bounds.length - 1 || most < (least[end] ?? 0);
  });
}
