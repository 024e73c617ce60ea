/** The film of a run: key frames in one sprite, with the step and the loss of each. */
import { computed, signal } from '@preact/signals';
import type { ShareFilm } from '../../../../shared/share';
import { fetchPicture } from '../pictures';
import { share } from './share';
import { fail, onShow, show } from './view';

/** Unhurried enough to see a stroke come, brisk enough to be watched to the end. */
const framesPerSecond = 8;

export const film: ShareFilm | null = share.film;
export const sprite = signal<ImageBitmap | null>(null);
/** The frame that is shown, from 0. */
export const frameIndex = signal(0);
export const playing = signal(false);

export const lastFrame = film ? film.frames - 1 : 0;
export const atEnd = computed(() => frameIndex.value >= lastFrame);

let timer: ReturnType<typeof setInterval> | undefined;
let loading: Promise<void> | undefined;

/** Fetched with the first replay; a failure may be tried again. */
function load(of: ShareFilm): Promise<void> {
  loading ??= fetchPicture(of.picture)
    .then(createImageBitmap)
    .then((bitmap) => {
      sprite.value = bitmap;
    })
    .catch((cause: unknown) => {
      loading = undefined;
      throw cause;
    });
  return loading;
}

/** True once the sprite is there. */
async function ready(): Promise<boolean> {
  if (!film) return false;
  try {
    await load(film);
    return true;
  } catch {
    fail((t) => t.film.failed);
    return false;
  }
}

export function pause(): void {
  clearInterval(timer);
  playing.value = false;
}

// While it is being fetched, too: what was asked for last is shown.
onShow((next) => {
  if (next !== 'film') pause();
});

/** From where it stands, or from the beginning when it stands at the end. */
export async function play(): Promise<void> {
  if (playing.value || !film) return;
  playing.value = true;
  if (!(await ready())) return pause();
  // Paused while it was being fetched.
  if (!playing.peek()) return;
  if (atEnd.value) frameIndex.value = 0;
  show('film');
  timer = setInterval(() => {
    frameIndex.value += 1;
    if (atEnd.value) pause();
  }, 1000 / framesPerSecond);
}

export const togglePlay = (): void => (playing.value ? pause() : void play());

/** By hand: the film stands still at `index`. */
export async function seek(index: number): Promise<void> {
  pause();
  frameIndex.value = Math.min(lastFrame, Math.max(0, index));
  if (await ready()) show('film');
}
