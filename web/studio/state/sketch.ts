/**
 * Fast first, fine after: what the chosen paintings make of the photo in one pass hangs there before anybody asks, and again
 * whenever a choice changes; the optimisation goes on from it when the person wants it. What took its time stays until a
 * choice changes, and in the history after that.
 */
import { batch, effect, signal, untracked } from '@preact/signals';
import { ReverieError } from '../../../shared/errors';
import { lacksPictures } from '../../../shared/recipe/about';
import { defaultRecipe, type Recipe, type TechniqueName, techniqueOf } from '../../../shared/techniques';
import type { Job, RunResult } from '../../engine/api';
import { busy } from '../../page/run/drive';
import { getEngine } from '../../page/run/engine';
import { savesData, sketching } from './engine';
import { masks } from './masks';
import { type Photo, photo } from './photo';
import { recipe } from './recipe';
import { hang, painting, requestFor } from './run';
import { remember, remembered } from './storage';

const key = 'sketch';

/** Whether the person wants it; one who saves data has to ask. */
export const sketches = signal(true);
/** The last one that was tried could not be made: what is wanted shows in the slow painting only. */
export const unsketched = signal(false);

export function startSketches(): void {
  const chosen = remembered(key);
  sketches.value = chosen === null ? !savesData() : chosen === 'on';
}

export function chooseSketches(on: boolean): void {
  sketches.value = on;
  remember(key, on ? 'on' : 'off');
}

/**
 * At the size that the network learned its strokes at, where the painting will be smaller: one pass is quick everywhere.
 * @returns null where there is nothing that one pass could begin with: no painting yet, another start, another technique.
 */
export function sketchOf(wanted: Recipe): Recipe | null {
  const technique = techniqueOf(wanted);
  if (technique.onePass) return lacksPictures(wanted) ? null : wanted;
  const fields = technique.sketch?.(wanted);
  if (!fields) return null;
  const base = defaultRecipe(fields.technique as TechniqueName);
  return { ...base, ...fields, size: Math.max(base.size, wanted.size) } as Recipe;
}

/** A choice that is being made paints once it rests, milliseconds. */
const restMs = 120;

const lookOf = (wanted: Recipe) => JSON.stringify({ ...wanted, weights: null, content: null });

/** All that a sketch is made of: the recipe's look, and the pictures that recipes name by their places only. */
const standing = (wanted: Recipe | null): readonly unknown[] => [wanted && lookOf(wanted), photo.value, masks.value];
const isSame = (one: readonly unknown[] | null, other: readonly unknown[]): boolean =>
  one?.every((each, i) => each === other[i]) ?? false;

/** Of what hangs: no other sketch is made before one of it changes. */
let settled: readonly unknown[] | null = null;
const asked = signal(0);

/** What hangs now belongs to the choices as they are. */
export function settle(): void {
  settled = untracked(() => standing(sketchOf(recipe.value)));
}

/** The same choice once more is a wish, too: whatever hangs gives way. */
export function askAgain(): void {
  settled = null;
  asked.value++;
}

type Ahead = (wanted: Recipe, from: Photo, isStopped: () => boolean) => Promise<void>;

/** @param ahead what goes before it @returns stop. */
export function followSketch(ahead: Ahead = async () => {}): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop = () => {};
  let ran = false;
  const stopFollowing = effect(() => {
    asked.value;
    const from = photo.value;
    const wanted = sketches.value ? sketchOf(recipe.value) : null;
    const stands = standing(wanted);
    clearTimeout(timer);
    stop();
    stop = () => {};
    batch(() => {
      sketching.value = false;
      unsketched.value = false;
    });
    if (busy.value) {
      ran = true;
      return;
    }
    // Whatever was chosen meanwhile, the slow painting is looked at first.
    if (ran && painting.peek() !== null) settle();
    ran = false;
    if (!from || !wanted || isSame(settled, stands)) return;
    sketching.value = true;
    timer = setTimeout(() => {
      const sketch = new Sketch();
      stop = () => sketch.stop();
      void sketch.paint(wanted, from, ahead, () => {
        settled = stands;
      });
    }, restMs);
  });
  return () => {
    clearTimeout(timer);
    stop();
    stopFollowing();
  };
}

/** Beside the run that people ask for: it shows no progress, and says nothing when it fails. */
class Sketch {
  #stopped = false;
  #run: Job<RunResult> | null = null;

  stop(): void {
    this.#stopped = true;
    this.#run?.cancel();
  }

  /** @param beforeHanging only where it comes to that */
  async paint(wanted: Recipe, from: Photo, ahead: Ahead, beforeHanging: () => void, again = true): Promise<void> {
    try {
      await ahead(wanted, from, () => this.#stopped);
      if (this.#stopped) return;
      const engine = await getEngine();
      const request = await requestFor(engine, wanted, from);
      if (this.#stopped) return;
      const { inputs } = request;
      this.#run = engine.run(request);
      const { pixels, record, complete } = await this.#run.result;
      if (this.#stopped || !complete) return;
      beforeHanging();
      hang(wanted, from, { pixels, frames: [], reel: [], inputs, record, complete });
    } catch (cause) {
      if (this.#stopped) return;
      // A worker that was ended, say, for not ending the sketch before this one.
      if (again && ReverieError.from(cause).retryable)
        return await this.paint(wanted, from, ahead, beforeHanging, false);
      // A style that the network has not learned, no network, no device: whoever paints finer is told.
      unsketched.value = true;
    } finally {
      if (!this.#stopped) sketching.value = false;
    }
  }
}
