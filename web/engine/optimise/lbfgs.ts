/**
 * Limited-memory BFGS (Nocedal & Wright 2006, algorithm 7.4) with a line search for the strong Wolfe conditions
 * (algorithms 3.5 and 3.6). On plain arrays: its arithmetic is small against a network's, and the same on every backend.
 */

export interface Evaluation {
  readonly loss: number;
  readonly gradient: Float32Array;
}

/** Sufficient decrease, and how flat the slope must become. */
const [c1, c2] = [1e-4, 0.9] as const;
/** Evaluations of one line search. */
const maxTrials = 12;
/** The very first step: no curvature is known yet, so it is this long in the largest component. */
const firstStep = 0.02;
/** Pairs of less curvature than this say nothing. */
const minCurvature = 1e-12;

interface Pair {
  readonly step: Float32Array;
  readonly change: Float32Array;
  readonly inverse: number;
}

interface Trial extends Evaluation {
  readonly alpha: number;
  readonly x: Float32Array;
  readonly slope: number;
}

/** Between two steps; arrays that nothing changes. */
export interface LbfgsState {
  readonly x: Float32Array;
  readonly at: Evaluation | null;
  readonly pairs: readonly Pair[];
}

/** A search that asks for the loss at one point after another. */
type Asking<Result> = Generator<Float32Array, Result, Evaluation>;

export class Lbfgs {
  /** Where the last step has led. */
  x: Float32Array;
  private readonly pairs: Pair[];
  private at: Evaluation | null;
  private readonly search: Asking<void>;
  private asked: Float32Array;
  /** Whether the last evaluation has ended a step. */
  private rests = true;

  /**
   * @param x where to begin; not changed @param history pairs of steps and gradient changes that are remembered
   * @param state between two steps of one that this one goes on from
   */
  constructor(
    x: Float32Array,
    private readonly history: number,
    state?: LbfgsState,
  ) {
    this.x = state?.x ?? x;
    this.at = state?.at ?? null;
    this.pairs = [...(state?.pairs ?? [])];
    this.search = this.steps();
    this.asked = this.search.next().value ?? this.x;
  }

  /** Where the loss is to be evaluated next. */
  get trial(): Float32Array {
    return this.asked;
  }

  /** @returns false when no step lowers the loss any more */
  update(evaluation: Evaluation): boolean {
    this.rests = false;
    const next = this.search.next(evaluation);
    if (next.done) return false;
    this.asked = next.value;
    return true;
  }

  /** Between two steps: another one goes on from it. Null in the middle of one. */
  state(): LbfgsState | null {
    return this.rests ? { x: this.x, at: this.at, pairs: [...this.pairs] } : null;
  }

  /** Loss at `x`, once it was evaluated. */
  get loss(): number | undefined {
    return this.at?.loss;
  }

  /** One direction and its line search after another. The loss never rises; what is not finite counts as too far. */
  private *steps(): Asking<void> {
    this.at ??= yield this.x;
    for (;;) {
      const { at, x } = this;
      let direction = this.direction(at.gradient);
      let slope = dot(direction, at.gradient);
      if (!(slope < 0)) {
        // The remembered curvature misleads: plain descent instead.
        this.pairs.length = 0;
        direction = this.direction(at.gradient);
        slope = dot(direction, at.gradient);
        if (!(slope < 0)) return;
      }
      const found: Trial | null = yield* lineSearch(x, { ...at, slope }, direction);
      if (found) {
        this.remember(difference(found.x, x), difference(found.gradient, at.gradient));
        this.x = found.x;
        this.at = found;
      } else {
        if (this.pairs.length === 0) return;
        this.pairs.length = 0;
      }
      this.rests = true;
    }
  }

  private remember(step: Float32Array, change: Float32Array): void {
    const curvature = dot(step, change);
    if (!(curvature > minCurvature)) return;
    this.pairs.push({ step, change, inverse: 1 / curvature });
    if (this.pairs.length > this.history) this.pairs.shift();
  }

  /** −H·g by the two-loop recursion. */
  private direction(gradient: Float32Array): Float32Array {
    const q = gradient.map((value) => -value);
    const shares: number[] = [];
    for (const { step, change, inverse } of [...this.pairs].reverse()) {
      const share = inverse * dot(step, q);
      shares.push(share);
      add(q, change, -share);
    }
    const last = this.pairs.at(-1);
    scale(q, last ? 1 / (last.inverse * dot(last.change, last.change)) : firstStep / largest(gradient));
    this.pairs.forEach(({ step, change, inverse }) => {
      add(q, step, (shares.pop() ?? 0) - inverse * dot(change, q));
    });
    return q;
  }
}

/** A point on the ray that satisfies the strong Wolfe conditions, or the best that was found; null for none below the start. */
function* lineSearch(
  x: Float32Array,
  start: Evaluation & { readonly slope: number },
  direction: Float32Array,
): Asking<Trial | null> {
  let best: Trial | null = null;
  const falls = ({ alpha, loss }: Trial) => loss <= start.loss + c1 * alpha * start.slope;
  const flat = ({ slope }: Trial) => Math.abs(slope) <= -c2 * start.slope;
  /** Interval that holds a good point: `low` falls enough, `high` is the other end. */
  let low: Pick<Trial, 'alpha' | 'loss' | 'slope'> = { alpha: 0, loss: start.loss, slope: start.slope };
  let high: number | null = null;
  let alpha = 1;
  for (let i = 0; i < maxTrials; i++) {
    const point = x.map((value, at) => value + alpha * (direction[at] ?? 0));
    const { loss, gradient } = yield point;
    const trial: Trial = { alpha, x: point, loss, gradient, slope: dot(gradient, direction) };
    if (Number.isFinite(loss) && loss < (best?.loss ?? start.loss)) best = trial;
    if (!Number.isFinite(trial.loss) || !falls(trial) || trial.loss >= low.loss) {
      high = alpha;
    } else if (flat(trial)) {
      return trial;
    } else {
      const beyond = high ?? Number.POSITIVE_INFINITY;
      if (trial.slope * (beyond - low.alpha) >= 0) high = low.alpha;
      low = trial;
    }
    alpha = high === null ? 2 * alpha : (low.alpha + high) / 2;
  }
  return best;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function add(to: Float32Array, what: Float32Array, share: number): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] ?? 0) + share * (what[i] ?? 0);
}

function scale(values: Float32Array, by: number): void {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) * by;
}

const difference = (a: Float32Array, b: Float32Array): Float32Array => a.map((value, i) => value - (b[i] ?? 0));
const largest = (values: Float32Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), Number.MIN_VALUE);
