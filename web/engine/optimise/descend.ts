/**
 * The one loop of every technique: look, move, tell, show, let in what waits outside, keep. A technique supplies its stages:
 * where each starts, how it looks, how that moves it, and what is made of it in the end.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Network } from '../network/network';
import { headOf, type Measure, type Objective } from '../objectives/objective';
import type { Kept, Made, Pixels, Progress, RunControl, TechniqueResult } from '../types';
import { LossReader, type LossSample } from './losses';
import { StepTimes } from './stepTimes';

type Tensor4D = tf.Tensor4D;

export type { Measure } from '../objectives/objective';

/** How long a stage is. */
export interface Length {
  readonly steps: number;
  /** Of a step, against those of other stages: pixels. */
  readonly cost?: number;
}

/** Steps of one kind: at one size, of one layer of a ladder, of one frame of a film. */
export interface Stage<Look, Place extends object> extends Length {
  /** Of its steps, taken by an attempt before this one. */
  readonly done?: number | undefined;
  readonly scale?: Progress['scale'];
  /** Which of the result's frames is under way; absent for its picture as a whole. */
  readonly frame?: number;
  /** One look: the gradient at the pixels, as a rule. A tensor is freed once it has moved the picture. */
  look(measure: Measure): Look | Promise<Look>;
  /** @returns false where nothing moves any more */
  update(look: Look): unknown;
  shown?(): Pixels | Promise<Pixels>;
  /**
   * Where it is after so many of its steps, for an attempt after this one; the tally is added.
   * @returns null in the middle of something
   */
  place?(steps: number): (() => Promise<Placed<Place>>) | null;
  /**
   * Makes ready for steps as a later stage takes them, which change nothing, draw no lots, and only tell how long they take.
   * @param later its place among the run's stages
   */
  rehearse?(later: number): Rehearsal | Promise<Rehearsal>;
  dispose?(): void;
}

export interface Rehearsal {
  /** @returns what the step makes last, a new tensor: once it can be read, the device has taken the step */
  step(): tf.Tensor;
  dispose?(): void;
}

export interface Placed<Place extends object> {
  /** Plain data, nothing on the device; nothing in it changes afterwards. */
  readonly place: Place;
  /** What the run comes to if nothing follows. */
  made(): Made;
}

/** What every run counts. */
export interface TallyState {
  readonly step: number;
  readonly elapsedMs: number;
  readonly losses: readonly LossSample[];
  readonly peakBytes: number;
}

/** After so many steps of an attempt the later ones are rehearsed; the first few compile. */
const rehearsedAfter = 8;
/** So many steps of a kind, unless they take too long, milliseconds; the first one may compile. */
const rehearsedSteps = { most: 4, least: 2, ms: 1_500 };
/** So many kinds. */
const mostRehearsals = 3;

const nothing: TallyState = { step: 0, elapsedMs: 0, losses: [], peakBytes: 0 };

/** A run through its stages: counts steps, losses, memory and time, of which what is left is told from what has passed. */
export class Descent {
  /** False once the run was cancelled. */
  complete = true;
  step: number;
  readonly losses: LossReader;
  private elapsedMs: number;
  private peakBytes: number;
  private readonly steps: number;
  private readonly lengths: readonly Length[];
  private readonly times = new StepTimes();
  /** Until when the time is counted: pauses are left out, previews and what is kept are not. */
  private countedAt = performance.now();
  /** Of this attempt. */
  private taken = 0;

  /**
   * Tells where the run begins.
   * @param stages all that there will be
   * @param before of an attempt that this one goes on from
   */
  constructor(
    private readonly control: RunControl,
    stages: readonly Length[],
    before: TallyState = nothing,
  ) {
    ({ step: this.step, elapsedMs: this.elapsedMs, peakBytes: this.peakBytes } = before);
    this.losses = new LossReader(before.losses);
    this.steps = stages.reduce((sum, { steps }) => sum + steps, 0);
    this.lengths = stages;
    control.report({ phase: 'optimise', step: this.step, steps: this.steps });
  }

  /**
   * Takes the steps of a stage, as many as are left of them.
   * @param finish what is made of it, before it is disposed of
   * @throws ReverieError `numeric-failure` for a loss that is not finite
   */
  async through<Look, Place extends object, Result>(
    stage: Stage<Look, Place>,
    finish: () => Result | Promise<Result>,
  ): Promise<Result> {
    const { control } = this;
    this.countedAt = performance.now();
    try {
      let moves = true;
      for (let taken = (stage.done ?? 0) + 1; taken <= stage.steps && moves && this.complete; taken++) {
        moves = await this.take(stage);
        control.report(this.progress(stage));
        if (stage.shown && control.wantsPreview()) control.preview(await stage.shown(), stage.frame);
        const stoppedAt = performance.now();
        this.complete = await control.proceed();
        this.countedAt += performance.now() - stoppedAt;
        if (this.complete && this.taken === rehearsedAfter && stage.rehearse) await this.rehearse(stage.rehearse);
        const place = stage.place?.(taken);
        if (place) await control.keep?.(() => this.kept(place));
      }
      await this.losses.finish();
      return await finish();
    } finally {
      stage.dispose?.();
    }
  }

  /**
   * The gradient of the objectives at the pixels that the network sees; a new tensor.
   * @param seen `[1, H, W, 3]`, the caller's
   */
  gradient(
    network: Network,
    taps: readonly string[],
    objectives: readonly Objective[],
    seen: Tensor4D,
    measure: Measure,
  ): Tensor4D {
    const activations = network.forward(seen, taps);
    this.notePeak();
    return activations.backward(headOf(objectives, measure)) ?? tf.zerosLike(seen);
  }

  /** Where an iteration holds most. */
  notePeak(bytes = tf.memory().numBytes): void {
    this.peakBytes = Math.max(this.peakBytes, bytes);
  }

  result(made: Made): TechniqueResult {
    return { ...made, complete: this.complete, ...totalsOf(this.state()) };
  }

  dispose(): void {
    this.losses.dispose();
  }

  private async take<Look>(stage: Stage<Look, object>): Promise<boolean> {
    this.step++;
    this.taken++;
    const measure = this.losses.wants(this.step) ? this.losses.add : undefined;
    const look = await stage.look(measure);
    const moves = (await stage.update(look)) !== false;
    if (look instanceof tf.Tensor) look.dispose();
    if (measure) await this.losses.read(this.step);
    const now = performance.now();
    this.elapsedMs += now - this.countedAt;
    this.times.add(stage.cost ?? 1, now - this.countedAt, measure !== undefined);
    this.countedAt = now;
    return moves;
  }

  private async rehearse(prepare: NonNullable<Stage<unknown, object>['rehearse']>): Promise<void> {
    const costs = this.lengths.map(({ cost = 1 }) => cost);
    for (let kind = 0; kind < mostRehearsals && this.complete; kind++) {
      const later = this.times.worthRehearsing(costs);
      if (later < 0) break;
      const rehearsal = await prepare(later);
      const times: number[] = [];
      const spent = () => times.reduce((sum, ms) => sum + ms, 0);
      const { most, least, ms } = rehearsedSteps;
      try {
        while (times.length < most && (times.length < least || spent() < ms)) {
          const startedAt = performance.now();
          await caughtUp(rehearsal.step());
          times.push(performance.now() - startedAt);
        }
      } finally {
        rehearsal.dispose?.();
      }
      this.times.rehearse(costs[later] ?? 1, times);
      this.complete = await this.control.proceed();
    }
    this.countedAt = performance.now();
  }

  /** What is still to be taken of every stage, in their order. */
  private left(): { readonly steps: number; readonly cost: number }[] {
    let taken = this.step;
    return this.lengths.map(({ steps, cost = 1 }) => {
      const here = Math.min(steps, taken);
      taken -= here;
      return { steps: steps - here, cost };
    });
  }

  private progress({ scale }: Pick<Stage<unknown, object>, 'scale'>): Progress {
    const { step, steps, elapsedMs, losses } = this;
    const remainingMs = this.times.remainingMs(this.left());
    return {
      phase: 'optimise',
      step,
      steps,
      ...(scale && { scale }),
      msPerStep: elapsedMs / step,
      ...(remainingMs !== null && { remainingMs }),
      memoryBytes: tf.memory().numBytes,
      ...(losses.latest !== undefined && { loss: losses.latest }),
    };
  }

  private async kept<Place extends object>(take: () => Promise<Placed<Place>>): Promise<Kept> {
    const { place, made } = await take();
    const tally = this.state();
    const result = () => ({ ...made(), complete: false, ...totalsOf(tally) });
    return { state: { ...place, tally }, step: tally.step, result };
  }

  private state(): TallyState {
    const { step, elapsedMs, losses, peakBytes } = this;
    return { step, elapsedMs, losses: [...losses.sampled], peakBytes };
  }
}

/** Settles when the device has made this tensor, which is freed. */
async function caughtUp(tensor: tf.Tensor): Promise<void> {
  const corner = tf.slice(
    tensor,
    tensor.shape.map(() => 0),
    tensor.shape.map(() => 1),
  );
  tensor.dispose();
  await corner.data().finally(() => corner.dispose());
}

const totalsOf = ({ step, losses, elapsedMs, peakBytes }: TallyState) =>
  ({ losses, steps: step, msPerStep: elapsedMs / Math.max(1, step), peakBytes }) satisfies Partial<TechniqueResult>;

/** What is done to a picture before the network looks (lucid's word for it); both give new tensors. */
export interface Transform {
  apply(picture: Tensor4D): Tensor4D;
  /** @param shape of the picture */
  adjoint(gradient: Tensor4D, shape: Tensor4D['shape']): Tensor4D;
}

/** The gradient at a picture of what is seen of it through a transform; a new tensor. */
export function seenThrough(
  transform: Transform,
  picture: Tensor4D,
  gradientAt: (seen: Tensor4D) => Tensor4D,
): Tensor4D {
  const seen = transform.apply(picture);
  const arrived = gradientAt(seen);
  const gradient = transform.adjoint(arrived, picture.shape);
  tf.dispose([seen, arrived]);
  return gradient;
}
