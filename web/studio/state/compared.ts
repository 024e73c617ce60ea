/** Photos that a view compares beside the one on the easel. They stay on this device. */
import { signal } from '@preact/signals';
import { limits } from '../../../shared/limits';
import type { Pixels } from '../../engine/api';
import { copyWithin } from '../../page/intake/scale';
import { complain, dismissNotice } from './notice';
import { decodeNamed } from './photo';
import { editOf, recipe, technique } from './recipe';

/** Small already: hundreds of large ones would fill the memory. */
export const compared = signal<readonly Pixels[]>([]);

const tell = () => {
  const photos = compared.value.map(() => null);
  editOf(technique.value, { photos: photos.length > 0 ? photos : undefined } as object);
};

/** One that cannot be opened is said, and left out. */
export async function openCompared(files: readonly File[]): Promise<void> {
  dismissNotice();
  for (const file of files.slice(0, limits.see.maxPhotos - compared.value.length)) {
    try {
      const { pixels } = await decodeNamed(file, file.name);
      compared.value = [...compared.value, copyWithin(pixels, recipe.value.size)];
    } catch (cause) {
      complain(cause);
    }
  }
  tell();
}

export function dropCompared(): void {
  compared.value = [];
  tell();
}
