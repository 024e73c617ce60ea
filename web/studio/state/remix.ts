/** `/#remix=<id>`: a share's recipe in the controls, with its inputs where they were shared. */
import * as v from 'valibot';
import { ReverieError } from '../../../shared/errors';
import { type PublicShare, shareIdSchema, sharePaths } from '../../../shared/share';
import { hangPhoto, hangStyle } from './actions';
import { complain, confirm } from './notice';
import { loadRecipe, recipe } from './recipe';

/** The id in the address, taken out of it: a reload starts afresh. */
export function remixInAddress(): string | null {
  const id = new URLSearchParams(location.hash.slice(1)).get('remix');
  if (!id || !v.is(shareIdSchema, id)) return null;
  history.replaceState(null, '', location.pathname + location.search);
  return id;
}

export async function remix(id: string): Promise<void> {
  try {
    const share = await fetchShare(id);
    for (const { role, picture } of share.inputs) {
      if (role === 'content') await hangPhoto(await fetchPicture(picture.url), share.title || undefined);
      if (role === 'style') await hangStyle(await fetchPicture(picture.url), share.title || undefined);
    }
    // Masks and guides belong to the picture they were made for; without them the recipe paints everywhere.
    const { weights: _, ...rest } = share.recipe;
    const styles = rest.technique === 'style' ? { styles: rest.styles.map(({ mask: __, ...style }) => style) } : {};
    loadRecipe(JSON.stringify({ ...rest, ...styles, content: null }));
    confirm((t) => (recipe.value.content === null && share.inputs.length === 0 ? t.share.remixed : t.recipe.loaded));
  } catch (cause) {
    complain(cause);
  }
}

async function fetchShare(id: string): Promise<PublicShare> {
  const response = await fetch(sharePaths.record(id)).catch((cause: unknown) => {
    throw new ReverieError('network-failed', 'The share could not be fetched.', { cause });
  });
  if (response.ok) return (await response.json()) as PublicShare;
  const { errorOf } = await import('../sharing/send');
  throw errorOf(await response.json().catch(() => null), response.status);
}

async function fetchPicture(url: string): Promise<Blob> {
  const response = await fetch(url);
  if (!response.ok) throw new ReverieError('gone', 'A picture of the share is gone.');
  return response.blob();
}
