/** What is chosen for the next training. It outlives the dialog: closed by mistake or after an error, nothing must be chosen anew. */
import { signal } from '@preact/signals';
import { limits } from '../../../shared/limits';
import type { OwnWay } from '../../engine/train/own';
import type { Photo } from '../state/photo';

/** Of the way's own number of steps. */
export const lengths = { short: 0.5, normal: 1, long: 3 } as const;
export type Length = keyof typeof lengths;

export const plannedPainting = signal<Photo | null>(null);
export const plannedName = signal('');
/** Null: those that come with Reverie. */
export const plannedPhotos = signal<readonly ArrayBuffer[] | null>(null);
export const plannedWay = signal<OwnWay>('output');
export const plannedLength = signal<Length>('normal');

/** The painting is learned; photos and way may serve for the next. */
export function forgetPainting(): void {
  plannedPainting.value = null;
  plannedName.value = '';
}

/** The photos that are watched take as long to paint as so many steps: measured on WASM, 2.2 and 2.3. */
const stepsPerSamples = 2.25;

/** How long a training takes on a device that takes a step in so many milliseconds; with the photos that are painted on the way. */
export const expectedMs = (step: number, steps: number): number =>
  steps * step * (1 + (stepsPerSamples * step) / limits.train.sampleIntervalMs);
