/** How long the slow painter will take: by what it took here before, or by how long one pass took, of which a step is a known multiple. */
import { computed, effect } from '@preact/signals';
import { startsFromPicture } from '../../../shared/recipe/about';
import { techniqueOf } from '../../../shared/techniques';
import type { RunRecord } from '../../engine/api';
import { finer } from './finer';
import { painting } from './run';
import { remember, remembered } from './storage';

const key = (backend: string) => `pace.${backend}`;
const megapixels = ({ width, height }: Pick<RunRecord, 'width' | 'height'>) => (width * height) / 1e6;

/** A step of the slow painter by one pass at the same size: 0.58 and 0.71 were measured at 384 px on WASM, one thread. Only the first finer run of a device is told by it. */
const stepByPass = 0.6;

/** @returns stop. */
export const followPace = (): (() => void) =>
  effect(() => {
    if (painting.value?.record) notePace(painting.value.record);
  });

/** Remembers a run that began at its full size: others have steps of many sizes. */
function notePace({ recipe, steps, elapsedMs, device, ...size }: RunRecord): void {
  const { onePass, sketch } = techniqueOf(recipe);
  if (steps < 5 || onePass || !sketch || !startsFromPicture(recipe)) return;
  remember(key(device.backend), String(elapsedMs / steps / megapixels(size)));
}

/** Milliseconds; null while nothing can be gone on from. */
export const finerMs = computed<number | null>(() => {
  const made = painting.value?.record;
  if (!made || !finer.value) return null;
  const known = Number(remembered(key(made.device.backend)));
  const passMs = techniqueOf(made.recipe).onePass ? made.elapsedMs : made.msPerStep / stepByPass;
  const msPerStep = known > 0 ? known * megapixels(made) : passMs * stepByPass;
  return finer.value.steps * msPerStep;
});
