/** How long a run has still to go, from how long its steps have taken. Knows no clock of its own. */

interface Seen {
  readonly cost: number;
  /** The newest last. */
  readonly times: number[];
}

/** So many steps are looked back on: the first ones compile, and one in many waits for something else. */
const window = 9;

const median = (times: readonly number[]): number => {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
};

export class StepTimes {
  /** Of the kind of steps before this one, and of this one. */
  private before: Seen | undefined;
  private now: Seen | undefined;

  /** @param cost of the step, in any unit: pixels */
  add(cost: number, ms: number): void {
    if (this.now?.cost !== cost) {
      this.before = this.now ?? this.before;
      this.now = { cost, times: [] };
    }
    const { times } = this.now;
    times.push(ms);
    if (times.length > window) times.shift();
  }

  /**
   * A step costs so much by itself and so much for every pixel. One size tells only the sum, two sizes tell both.
   * @param left steps that are still to be taken @returns milliseconds; null before the first step
   */
  remainingMs(left: readonly { readonly steps: number; readonly cost: number }[]): number | null {
    const { now, before } = this;
    if (!now) return null;
    const typical = median(now.times);
    // The first steps at a new size compile for it: until there are a few, the size before is the better witness.
    const witness =
      now.times.length < 4 && before
        ? { cost: before.cost, ms: median(before.times) }
        : { cost: now.cost, ms: typical };
    const other = before && witness.cost === now.cost ? { cost: before.cost, ms: median(before.times) } : null;
    const slope =
      other && other.cost !== witness.cost
        ? (witness.ms - other.ms) / (witness.cost - other.cost)
        : witness.ms / witness.cost;
    // Of two medians the difference is uncertain: most of a step is taken to be for its pixels.
    const whole = witness.ms / witness.cost;
    const perCost = Math.min(whole, Math.max(0.8 * whole, slope));
    const fixed = witness.ms - perCost * witness.cost;
    return left.reduce((sum, { steps, cost }) => sum + steps * (fixed + perCost * cost), 0);
  }
}
