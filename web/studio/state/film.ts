/** A dream's film out of the page, by an encoder that is fetched with the first film. */
import { effect, signal } from '@preact/signals';
import type { Frame } from '../../engine/api';
import { download, fileName } from '../output/save';
import { dictionary } from './language';
import { complain } from './notice';
import { painting } from './run';
import { film } from './view';

/** What output/film.ts has; not every browser writes every format. */
interface FilmModule {
  filmFormats(): readonly FilmFormat[] | Promise<readonly FilmFormat[]>;
  encodeFilm(frames: readonly Frame[], options: { fps: number; format: FilmFormat }): Promise<Blob>;
}
export type FilmFormat = 'webm' | 'mp4' | 'gif';

const [load] = Object.values(import.meta.glob<FilmModule>('../output/film.ts'));

export const filmFormats = signal<readonly FilmFormat[]>([]);
/** 0..1 while a film is being written. */
export const saving = signal<number | null>(null);

/** Finds out which formats there are when there is a film. @returns stop. */
export function followFilm(): () => void {
  return effect(() => {
    if (!film.value || filmFormats.peek().length > 0) return;
    const ask = async () => {
      if (load) filmFormats.value = await (await load()).filmFormats();
    };
    // The frames can still be saved one by one.
    ask().catch(() => undefined);
  });
}

export async function saveFilm(format: FilmFormat, fps: number): Promise<void> {
  const done = painting.value;
  if (!done || !load || saving.value !== null) return;
  saving.value = 0;
  try {
    const { encodeFilm } = await load();
    const blob = await encodeFilm(done.frames, { fps, format });
    const t = dictionary.value;
    download(blob, fileName(done.photo?.name(t) ?? '', done.made(t), format));
  } catch (cause) {
    complain(cause);
  } finally {
    saving.value = null;
  }
}
