/** How long a run has still to go, from how long its steps have taken. Knows no clock of its own. */

interface Seen {
  readonly cost: number;
  /** The newest last. */
  readonly times: number[];
}

/** So many steps are looked back on: the first ones compile, and one in many waits for something else. */
const window = 9;
/** The first steps at a size, up to three, compile for it: until most did not, the sizes before are the better witnesses. */
const trusted = 7;

/** Of a step at the newest size, at least so much is for its pixels. */
const least = 0.3;

const median = (times: readonly number[]): number => {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
};

export class StepTimes {
  /** Kinds of steps, the newest last. */
  private seen: readonly Seen[] = [];

  /** @param cost of the step, in any unit: pixels */
  add(cost: number, ms: number): void {
    if (this.seen.at(-1)?.cost !== cost) this.seen = [...this.seen.slice(-2), { cost, times: [] }];
    const times = this.seen.at(-1)?.times ?? [];
    times.push(ms);
    if (times.length > window) times.shift();
  }

  /**
   * A step costs so much by itself and so much for every pixel. One size tells only the sum, two sizes tell both.
   * @param left steps that are still to be taken @returns milliseconds; null before the first step
   */
  remainingMs(left: readonly { readonly steps: number; readonly cost: number }[]): number | null {
    const known = this.seen.filter(({ times }, i) => i === 0 || times.length >= trusted);
    const [now, before] = known.slice(-2).reverse();
    if (!now) return null;
    const ms = median(now.times);
    const whole = ms / now.cost;
    const slope = before && before.cost !== now.cost ? (ms - median(before.times)) / (now.cost - before.cost) : whole;
    // A device that has become faster or slower in between would say less than nothing, or more than all.
    const perCost = Math.min(whole, Math.max(least * whole, slope));
    const fixed = ms - perCost * now.cost;
    return left.reduce((sum, { steps, cost }) => sum + steps * (fixed + perCost * cost), 0);
  }
}
