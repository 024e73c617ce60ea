/** The photo on the easel. A file that cannot be opened leaves the one before it in place. */
import { signal } from '@preact/signals';
import { ReverieError } from '../../../shared/errors';
import type { StudioWords } from '../../../shared/words/studio';
import type { DecodedPhoto } from '../../page/intake/decode';
import { complain, dismissNotice } from './notice';

export interface Photo extends DecodedPhoto {
  /** A file's own name, or a text in the reader's language for pictures without one. */
  readonly name: (t: StudioWords) => string;
}

export type Opening = 'no' | 'photo' | 'heic';

export const photo = signal<Photo | null>(null);
export const opening = signal<Opening>('no');

/** Only the last file that was asked for may arrive. */
let request = 0;

export type PhotoName = string | ((t: StudioWords) => string);

/** The decoder is a chunk of its own: the page is usable before it has come. */
export async function decodeNamed(file: Blob, name: PhotoName, onHeic?: () => void): Promise<Photo> {
  const { decodePhoto } = await import('../../page/intake/decode');
  const decoded = await decodePhoto(file, onHeic);
  return { ...decoded, name: typeof name === 'string' ? () => name : name };
}

/** @returns true when the photo is now on the easel. */
export async function openPhoto(file: Blob, name: PhotoName): Promise<boolean> {
  request += 1;
  const mine = request;
  opening.value = 'photo';
  try {
    const opened = await decodeNamed(file, name, () => {
      if (mine === request) opening.value = 'heic';
    });
    if (mine !== request) return false;
    dismissNotice();
    photo.value = opened;
    return true;
  } catch (cause) {
    if (mine === request) complain(cause);
    return false;
  } finally {
    if (mine === request) opening.value = 'no';
  }
}

/** The picture the project's own code made, for a visitor without one. */
export async function openSample(): Promise<boolean> {
  opening.value = 'photo';
  try {
    const response = await fetch('/sample.jpg');
    if (!response.ok) throw new ReverieError('not-found', `/sample.jpg answered ${response.status}.`);
    return await openPhoto(await response.blob(), (t) => t.photo.sampleName);
  } catch (cause) {
    opening.value = 'no';
    complain(ReverieError.from(cause, 'not-found'), { text: (t) => t.photo.sampleMissing });
    return false;
  }
}
