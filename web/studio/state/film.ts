/** A dream's film out of the page, by an encoder that is fetched with the first film. */
import { signal } from '@preact/signals';
import { download, fileName } from '../../page/output/save';
import type { FilmFormat } from '../output/film';
import { dictionary } from './language';
import { complain } from './notice';
import { painting } from './run';

const load = () => import('../output/film');

export const filmFormats = signal<readonly FilmFormat[]>([]);
/** 0..1 while a film is being written. */
export const saving = signal<number | null>(null);

/** Finds out which formats there are, once. */
export async function askFormats(): Promise<void> {
  if (filmFormats.peek().length > 0) return;
  // The frames can still be saved one by one.
  const film = await load().catch(() => null);
  if (film) filmFormats.value = film.filmFormats();
}

export async function saveFilm(format: FilmFormat, fps: number): Promise<void> {
  const done = painting.value;
  if (!done || saving.value !== null) return;
  saving.value = 0;
  try {
    const { encodeFilm } = await load();
    const frames = done.frames.map(({ pixels }) => pixels);
    const blob = await encodeFilm(frames, { fps, format });
    const t = dictionary.value;
    download(blob, fileName(done.photo?.name(t) ?? '', done.made(t), format));
  } catch (cause) {
    complain(cause);
  } finally {
    saving.value = null;
  }
}
