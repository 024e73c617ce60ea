/** How the result is looked at: comparison, frames, and what lies over the page. */
import { computed, signal } from '@preact/signals';
import { techniqueOf } from '../../../shared/techniques';
import type { Pixels } from '../../engine/api';
import { busy } from '../../page/run/drive';
import { photo } from './photo';
import { painting } from './run';

/** Percent of the frame, from the left, that shows the photo; the rest shows the painting. */
export const comparison = signal(0);
/** One column, as on a phone held upright: the picture stays at the top, and its label is below the styles. */
export const narrow = signal(false);

/** As the style sheets have it. */
export function startLayout(): void {
  const query = matchMedia('(min-width: 900px), (min-width: 600px) and (max-height: 30rem)');
  const read = () => {
    narrow.value = !query.matches;
  };
  read();
  query.addEventListener('change', read);
}

/** Whether there is a line between photo and painting that is moved; only when asked for. */
export const divider = signal(false);
/** The picture by itself, as large as the window. */
export const viewerOpen = signal(false);
/** The photo in every style, by itself. */
export const stylesOpen = signal(false);
/** What hangs, on paper: `print/`. */
export const printOpen = signal(false);
/** Which of a result's frames is looked at; null is the result as a whole. */
export const selectedFrame = signal<number | null>(null);
/** The one under the pointer, for as long as it is there. */
export const hoveredFrame = signal<number | null>(null);
/** A seamless texture laid three by three. */
export const tiled = signal(false);
export const helpOpen = signal(false);
/** What a file held over the page would become. */
export const dragging = signal<'no' | 'photo' | 'style'>('no');

/** As against a ladder or a mosaic: frames to be played. */
export const film = computed(() => {
  const done = painting.value;
  return done !== null && techniqueOf(done.recipe).frames === 'film' && done.frames.length > 1;
});

/** The finished picture on show, with the label of its frame; null while a run is under way. */
export const shownPixels = computed<{ readonly pixels: Pixels; readonly label: string } | null>(() => {
  const done = painting.value;
  if (!done || busy.value) return null;
  const frame = done.frames[hoveredFrame.value ?? selectedFrame.value ?? -1];
  return frame ?? { pixels: done.pixels, label: '' };
});

const aspectOf = ({ width, height }: Pixels) => width / height;

/** True where photo and result lie over each other, pixel for pixel but for rounding. */
export const comparable = computed(() => {
  const [done, shown, from] = [painting.value, shownPixels.value, photo.value];
  if (!done || !shown || !from || film.value) return false;
  const part = shown.label === '' ? 'whole' : 'frame';
  if (techniqueOf(done.recipe).overPhoto?.(done.recipe, part, done.frames.length) === false) return false;
  const ratio = aspectOf(shown.pixels) / aspectOf(from.pixels);
  const slack = 1 + 2 / Math.min(shown.pixels.width, shown.pixels.height);
  return ratio < slack && ratio > 1 / slack;
});

export function setComparison(percent: number): void {
  comparison.value = Math.min(100, Math.max(0, Math.round(percent)));
}

/** All painting or all photo: the quickest comparison is a flip. */
export function flipComparison(): void {
  comparison.value = comparison.value >= 50 ? 0 : 100;
}

export function toggleDivider(): void {
  divider.value = !divider.value;
  comparison.value = divider.value ? 50 : 0;
}

/** A new painting is looked at whole; a line that was asked for stays. @returns stop. */
export function resetViewOnPainting(): () => void {
  return painting.subscribe(() => {
    if (!divider.peek()) comparison.value = 0;
    selectedFrame.value = null;
    hoveredFrame.value = null;
    tiled.value = false;
  });
}

/** A photo to be taken. */
export const cameraOpen = signal(false);

export const openCamera = () => {
  cameraOpen.value = true;
};

/** The camera's view. What it does is in `live/`, which comes with it. */
export const liveOpen = signal(false);

/** Many photos, or videos: `many/`. */
export const manyOpen = signal(false);

export const openMany = () => {
  manyOpen.value = true;
};

export const openLive = () => {
  liveOpen.value = true;
};
