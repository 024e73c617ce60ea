/** Paintings of the person's own, beside the presets. What keeps and measures them (page/paintings) comes with the first. */
import { signal } from '@preact/signals';
import type { StyleSource } from '../../../shared/techniques/contract';
import type { OwnPainting } from '../../page/paintings/store';
import { followKept, remember } from './storage';

const key = 'own-paintings';

/** Newest first. */
export const ownPaintings = signal<readonly OwnPainting[]>([]);

export const paintingStore = () => import('../../page/paintings/store');

export async function loadOwnPaintings(): Promise<void> {
  const found = await (await paintingStore()).ownPaintings();
  remember(key, found.length > 0 ? 'yes' : null);
  ownPaintings.value = found;
}

export const followOwnPaintings = (): Promise<void> =>
  followKept(key, () => ownPaintings.peek().length > 0, loadOwnPaintings);

/** @param image as a recipe's style has it */
export const ownPaintingOf = (image: string | null): OwnPainting | undefined =>
  ownPaintings.value.find((painting) => painting.image === image);

/** Paintings that a recipe names and nobody has chosen here. */
export const isUnknown = (style: StyleSource): boolean => 'image' in style && !ownPaintingOf(style.image);

/** One that came as a style file has nothing to look at again: it paints in one pass only. */
export const lacksLook = (style: StyleSource): boolean =>
  'image' in style && ownPaintingOf(style.image)?.picture === null;
