/** Paintings of one's own: from a file, into a file, another name, away. A chunk of its own. */
import '../state/partWords';
import type { StudioWords } from '../../../shared/words/studio';
import * as store from '../../page/paintings/store';
import { getEngine } from '../../page/run/engine';
import { dictionary } from '../state/language';
import { complain, confirm, confirmWith, dismissNotice } from '../state/notice';
import { loadOwnPaintings } from '../state/ownPaintings';
import { decodeNamed, type Photo, type PhotoName } from '../state/photo';
import { chooseOwn, choosePreset, edit, styleRecipe } from '../state/recipe';
import { openingPreset } from '../state/styles';

const failing = (work: () => Promise<void>): Promise<void> => work().catch(complain);

async function taken({ painting, kept }: store.Added): Promise<store.OwnPainting> {
  await loadOwnPaintings();
  if (!kept) confirm((t) => t.own.unkept);
  return painting;
}

/** @returns as recipes name it */
export async function addPicture({ pixels, name }: Photo): Promise<string> {
  return (await taken(await store.addPainting(pixels, name(dictionary.peek())))).image;
}

/** A picture that cannot be opened leaves the style before it in place. */
export const openPainting = (file: Blob, name: PhotoName): Promise<void> =>
  failing(async () => {
    const picture = await decodeNamed(file, name);
    dismissNotice();
    chooseOwn(await addPicture(picture));
  });

/** A style file that holds a painting's statistics. */
export const importPainting = (file: Blob): Promise<void> =>
  failing(async () => {
    const { image, name } = await taken(await store.importPainting(await getEngine(), file));
    chooseOwn(image);
    confirm((t) => t.own.imported(name));
  });

export const exportPainting = ({ id, name }: store.OwnPainting): Promise<void> =>
  failing(async () => {
    const { download, fileName } = await import('../../page/output/save');
    download(await store.paintingFile(await getEngine(), id), fileName('', name, 'reverie-style'));
  });

export const renamePainting = ({ id }: store.OwnPainting, name: string): Promise<void> =>
  failing(async () => {
    await store.renamePainting(id, name);
    await loadOwnPaintings();
  });

/** With a way back for as long as the notice is there. */
export const removePainting = (painting: store.OwnPainting): Promise<void> =>
  failing(async () => {
    const before = styleRecipe.value.styles;
    const others = before.filter((style) => !('image' in style && style.image === painting.image));
    const opening = openingPreset();
    if (others.length > 0) edit({ styles: others });
    else if (opening) choosePreset(opening.id);
    await store.removePainting(painting.id);
    await loadOwnPaintings();
    const back = async () => {
      await taken(await store.putBack(painting));
      edit({ styles: before });
    };
    const undo = { label: (t: StudioWords) => t.yours.undo, act: () => void failing(back) };
    confirmWith((t) => t.own.removed(painting.name), [undo]);
  });
