/** How long a run has still to go, from how long its steps have taken. Knows no clock of its own. */

/** Steps of one kind. */
interface Seen {
  readonly cost: number;
  /** Milliseconds of a step, by every time that the device had caught up; the newest last. */
  readonly times: number[];
  steps: number;
}

/** So many times are looked back on: the first ones compile, and one in many waits for something else. */
const window = 9;
/** The first steps at a size, up to three, compile for it: until most did not, the sizes before are the better witnesses. */
const trusted = { steps: 7, times: 3 };

/**
 * Of a step at the newest size, at least so much is for its pixels, if two sizes tell; less if that was rehearsed: a device
 * that has become faster or slower between two sizes says less than nothing, or more than all.
 */
const least = { seen: 0.3, rehearsed: 0.02 };

/** Below the median: what is out of the ordinary is slow. */
const usual = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.35)] ?? 0;

export class StepTimes {
  /** The newest last. */
  private seen: readonly Seen[] = [];
  private rehearsed: { readonly cost: number; readonly ratio: number; readonly from: number } | undefined;
  /** Since the device had caught up. */
  private open = { ms: 0, steps: 0 };

  /**
   * @param cost of the step, in any unit: pixels
   * @param settled the device has done what it was asked for; what a GPU is only told to do takes no time
   */
  add(cost: number, ms: number, settled = true): void {
    if (this.seen.at(-1)?.cost !== cost) {
      this.seen = [...this.seen.slice(-2), { cost, times: [], steps: 0 }];
      this.open = { ms: 0, steps: 0 };
    }
    this.open.ms += ms;
    this.open.steps++;
    const here = this.seen.at(-1);
    if (!here || !settled) return;
    here.times.push(this.open.ms / this.open.steps);
    here.steps += this.open.steps;
    if (here.times.length > window) here.times.shift();
    this.open = { ms: 0, steps: 0 };
  }

  /**
   * Steps that were taken for nothing but this, after some at the newest size.
   * @param cost more than theirs @param ms of the quickest of a few
   */
  rehearse(cost: number, ms: number): void {
    const now = this.seen.at(-1);
    if (now && now.times.length > 0) this.rehearsed = { cost, ratio: ms / usual(now.times), from: now.cost };
  }

  /** Milliseconds of a step at the newest size; null before the first. */
  get latest(): number | null {
    const times = this.seen.at(-1)?.times ?? [];
    return times.length > 0 ? usual(times) : null;
  }

  /**
   * A step costs so much by itself and so much for every pixel. One size tells only the sum, two sizes tell both.
   * @param left steps that are still to be taken @returns milliseconds; null before the first step
   */
  remainingMs(left: readonly { readonly steps: number; readonly cost: number }[]): number | null {
    const known = this.seen.filter(
      ({ times, steps }, i) => i === 0 || (steps >= trusted.steps && times.length >= trusted.times),
    );
    const [now, before] = known.slice(-2).reverse();
    if (!now || now.times.length === 0) return null;
    const ms = usual(now.times);
    const itself = this.itself(now, before);
    return left.reduce((sum, { steps, cost }) => sum + (steps * ms * (itself + cost)) / (itself + now.cost), 0);
  }

  /** What a step costs beside its pixels, in pixels. */
  private itself(now: Seen, before: Seen | undefined): number {
    if (this.rehearsed) {
      const { cost, ratio, from } = this.rehearsed;
      return Math.min(beside(from, cost, ratio), from * (1 / least.rehearsed - 1));
    }
    if (!before || before.cost === now.cost) return 0;
    const [small, large] = before.cost < now.cost ? [before, now] : [now, before];
    const ratio = usual(large.times) / usual(small.times);
    return Math.min(beside(small.cost, large.cost, ratio), now.cost * (1 / least.seen - 1));
  }
}

/** What steps of two costs, whose times are in this ratio, have in common. */
const beside = (small: number, large: number, ratio: number): number =>
  ratio > 1 ? Math.max(0, (large - small) / (ratio - 1) - small) : Number.POSITIVE_INFINITY;
