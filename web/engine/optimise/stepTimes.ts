/**
 * How long a run has still to go, from how long its steps have taken. Knows no clock of its own.
 *
 * To a factor of 1.5 from the tenth step on, of the run and of every size, at every step of 99 runs in 100, where steps scatter by
 * up to a tenth, one in fourteen takes twice as long, the device grows up to a fifth slower and compiles at every size
 * (test/unit/optimise/stepTimes.test.ts). What it cannot hold: steps that scatter by a fifth (four runs in 100 are beyond at
 * some step); compiling at later sizes that takes longer than their steps; a machine that others begin to use, until its next steps
 * have shown it.
 */

/** Steps of one kind. */
interface Seen {
  readonly cost: number;
  /** Milliseconds of a step, by every time that the device had caught up; the newest last. */
  readonly times: number[];
  steps: number;
  /** Of the times, those at the beginning in which it may have compiled. */
  early: number;
}

/** Steps of another kind, taken for nothing but their time, between some of one kind. */
interface Rehearsed {
  readonly cost: number;
  readonly between: Seen;
  readonly ms: number;
  /** Of those between which it was, at the time. */
  readonly usual: number;
}

/** So many times are looked back on. */
const window = 15;
/** The first steps at a size may compile for it. */
const warming = 3;
/** Until there are so many at a size, those before are the better witnesses. */
const trusted = { steps: 7, times: 3 };
/** What is out of the ordinary counts no more than this often the ordinary. */
const mostOften = 1.8;
/** How much a size counts that there is a newer one of, and a rehearsal. */
const weights = { older: 0.5, rehearsed: 0.5 };
/** A device that has become faster or slower by more than its steps scatter, as a logarithm, is so at rehearsed ones, too. */
const mostScatter = Math.log(1.25);
/** How much it counts that a step costs nothing but its pixels, where nothing says otherwise. */
const plain = 0.02;
/** Of a step at the newest size, at least so much is for its pixels: one in so many. */
const mostBeside = 50;
/** A rehearsed step takes about so long at most, milliseconds, or as long as so many steps now: nobody is heard meanwhile. */
const longest = { ms: 800, steps: 4 };
/** What costs hardly more tells nothing. */
const worthwhile = 1.9;

const ascending = (times: readonly number[]): number[] => [...times].sort((a, b) => a - b);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of a few times, of which one or two may have been held up. */
const middle = (times: readonly number[]): number => ascending(times)[(times.length - 1) >> 1] ?? 0;

function usual({ times, early }: Seen): number {
  const settled = times.slice(early);
  // Below the median: what is out of the ordinary is slow.
  if (settled.length < trusted.times) return ascending(times)[Math.floor(times.length * 0.35)] ?? 0;
  const most = mostOften * middle(settled);
  return mean(settled.map((ms) => Math.min(ms, most)));
}

export class StepTimes {
  /** The newest last. */
  private seen: readonly Seen[] = [];
  private readonly rehearsed: Rehearsed[] = [];
  /** Since the device had caught up. */
  private open = { ms: 0, steps: 0 };

  /**
   * @param cost of the step, in any unit: pixels
   * @param settled the device has done what it was asked for; what a GPU is only told to do takes no time
   */
  add(cost: number, ms: number, settled = true): void {
    if (this.seen.at(-1)?.cost !== cost) {
      this.seen = [...this.seen.slice(-2), { cost, times: [], steps: 0, early: 0 }];
      this.open = { ms: 0, steps: 0 };
    }
    this.open.ms += ms;
    this.open.steps++;
    const here = this.seen.at(-1);
    if (!here || !settled) return;
    here.times.push(this.open.ms / this.open.steps);
    if (here.steps < warming) here.early++;
    here.steps += this.open.steps;
    if (here.times.length > window) {
      here.times.shift();
      here.early = Math.max(0, here.early - 1);
    }
    this.open = { ms: 0, steps: 0 };
  }

  /**
   * What is worth a rehearsal: the last of these that costs more than what was seen, and takes not too long by what is known.
   * @param costs of steps that are still to come @returns its place among them; -1 for none
   */
  worthRehearsing(costs: readonly number[]): number {
    const now = this.seen.at(-1);
    if (!now || now.times.length === 0) return -1;
    const most = Math.max(longest.ms, longest.steps * usual(now));
    const dearest = Math.max(now.cost, ...this.rehearsed.map(({ cost }) => cost));
    return costs.findLastIndex(
      (cost) => cost >= worthwhile * dearest && (this.remainingMs([{ steps: 1, cost }]) ?? most) <= most,
    );
  }

  /** @param times of steps that were taken for nothing but this, after some at the newest size: a few */
  rehearse(cost: number, times: readonly number[]): void {
    const between = this.seen.at(-1);
    if (between && between.times.length > 0)
      this.rehearsed.push({ cost, between, ms: middle(times), usual: usual(between) });
  }

  /**
   * A step costs so much by itself and so much for every pixel. One size tells only the sum, two tell both.
   * @param left steps that are still to be taken @returns milliseconds; null before the first step
   */
  remainingMs(left: readonly { readonly steps: number; readonly cost: number }[]): number | null {
    const known = this.seen.filter(
      ({ times, steps }, i) => i === 0 || (steps >= trusted.steps && times.length >= trusted.times),
    );
    const now = known.at(-1);
    if (!now || now.times.length === 0) return null;
    const ms = usual(now);
    const beside = this.beside(now, known);
    return left.reduce((sum, { steps, cost }) => sum + (steps * ms * (beside + cost)) / (beside + now.cost), 0);
  }

  /** What a step costs beside its pixels, in pixels: a line through what is known, by least squares of what it is off in parts. */
  private beside(now: Seen, known: readonly Seen[]): number {
    const points = [
      ...known.map((each, i) => ({
        cost: each.cost,
        ms: usual(each),
        weight: (each.times.length / window) * weights.older ** (known.length - 1 - i),
      })),
      ...this.rehearsed.map(({ cost, ms, ...then }) => {
        const change = usual(then.between) / then.usual;
        return { cost, ms: Math.abs(Math.log(change)) > mostScatter ? ms * change : ms, weight: weights.rehearsed };
      }),
    ];
    if (points.length < 2) return 0;
    let [oo, ox, xx, o, x] = [plain / usual(now) ** 2, 0, 0, 0, 0];
    for (const { cost, ms, weight } of points) {
      const [one, pixels] = [1 / ms, cost / now.cost / ms];
      oo += weight * one * one;
      ox += weight * one * pixels;
      xx += weight * pixels * pixels;
      o += weight * one;
      x += weight * pixels;
    }
    const [itself, forPixels] = [o * xx - x * ox, oo * x - ox * o];
    if (itself <= 0) return 0;
    return now.cost * (forPixels > 0 ? Math.min(mostBeside, itself / forPixels) : mostBeside);
  }
}
