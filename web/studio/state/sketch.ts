/**
 * Fast first, fine after: in style transfer, what the chosen paintings make of the photo in one pass hangs there before
 * anybody asks; the optimisation follows when the person wants it. A painting that took its time is never replaced.
 */
import { effect, signal } from '@preact/signals';
import { defaultRecipe, type Recipe, type TechniqueName, techniqueOf } from '../../../shared/techniques';
import type { Job, RunResult } from '../../engine/api';
import { busy } from '../../page/run/drive';
import { getEngine } from '../../page/run/engine';
import { savesData, sketching } from './engine';
import { type Photo, photo } from './photo';
import { recipe } from './recipe';
import { hang, inputsFor, painting } from './run';
import { remember, remembered } from './storage';

const key = 'sketch';

/** Whether the person wants it; one who saves data has to ask. */
export const sketches = signal(true);

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
 * @returns null where one pass could not do what is wanted: pictures of one's own, masks, another start.
 */
export function sketchOf(wanted: Recipe): Recipe | null {
  const fields = techniqueOf(wanted).sketch?.(wanted);
  if (!fields) return null;
  const base = defaultRecipe(fields.technique as TechniqueName);
  return { ...base, ...fields, size: Math.max(base.size, wanted.size) } as Recipe;
}

/** A choice that is being made paints once it rests, milliseconds. */
const restMs = 120;

/** @returns stop. */
export function followSketch(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop = () => {};
  let done: { readonly photo: Photo; readonly look: string } | null = null;
  const stopFollowing = effect(() => {
    const from = photo.value;
    const wanted = sketches.value ? sketchOf(recipe.value) : null;
    const free = !busy.value && (painting.value === null || techniqueOf(painting.value.recipe).onePass);
    const look = JSON.stringify(wanted);
    // The painting that hangs may be this very sketch: hanging it brought us here.
    const hangs = painting.value !== null && done?.photo === from && done.look === look;
    clearTimeout(timer);
    stop();
    stop = () => {};
    sketching.value = false;
    if (!from || !wanted || !free || hangs) return;
    sketching.value = true;
    timer = setTimeout(() => {
      const sketch = new Sketch();
      stop = () => sketch.stop();
      void sketch.paint(wanted, from, () => {
        done = { photo: from, look };
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
  async paint(wanted: Recipe, from: Photo, beforeHanging: () => void): Promise<void> {
    try {
      const engine = await getEngine();
      if (this.#stopped) return;
      const inputs = inputsFor(wanted, from, null);
      this.#run = engine.run({ recipe: wanted, inputs });
      const { pixels, record, complete } = await this.#run.result;
      if (this.#stopped || !complete) return;
      beforeHanging();
      hang(wanted, from, { pixels, frames: [], reel: [], inputs, record, complete });
    } catch {
      // A style that the network has not learned, no network, no device: whoever presses Paint is told.
    } finally {
      if (!this.#stopped) sketching.value = false;
    }
  }
}
