/** How photos get among those that are compared; apart, as only their field needs it. */
import { limits } from '../../../shared/limits';
import { copyWithin } from '../../page/intake/scale';
import { compared } from './compared';
import { complain, dismissNotice } from './notice';
import { decodeNamed } from './photo';
import { editOf, recipe, technique } from './recipe';

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
