/** A share's recipe in the controls, with its pictures where they were shared. A chunk of its own. */
import * as v from 'valibot';
import { ReverieError } from '../../../shared/errors';
import { stylesOf } from '../../../shared/recipe/about';
import { type PublicShare, shareIdSchema, sharePaths } from '../../../shared/share';
import { hangPhoto } from './actions';
import { guide } from './guide';
import { loadRecipe } from './loadRecipe';
import { keyOf, masks } from './masks';
import { complain, confirm } from './notice';
import { decodeNamed, type Photo } from './photo';
import { editOf, recipe } from './recipe';
import { missing } from './run';
import { startPicture } from './start';

/** @param id as a link gives it; says what is wrong with it. */
export async function remix(id: string): Promise<void> {
  try {
    if (!v.is(shareIdSchema, id)) throw new ReverieError('not-found', 'The link does not name a share.');
    const share = await fetchShare(id);
    // Everything is here before anything on the page changes.
    const inputs = await Promise.all(
      share.inputs.map(async (input) => ({ ...input, blob: await fetchPicture(input.picture.url) })),
    );
    const name = share.title || ((t: { photo: { pastedName: string } }) => t.photo.pastedName);
    const content = inputs.find(({ role }) => role === 'content');
    if (content) await hangPhoto(content.blob, share.title || undefined);
    const { weights: _, ...rest } = share.recipe;
    loadRecipe(JSON.stringify({ ...rest, content: null }));
    for (const { role, index, blob } of inputs) {
      if (role !== 'content') await place(role, index, await decodeNamed(blob, name));
    }
    const need = missing.value;
    confirm((t) => (need ? t.share.remixed(t.run.needs[need]) : t.recipe.loaded));
  } catch (cause) {
    complain(cause);
  }
}

type Role = PublicShare['inputs'][number]['role'];

/** Styles come before masks, which go by what their style is called. */
async function place(role: Role, index: number, picture: Photo): Promise<void> {
  if (role === 'style') await placeStyle(index, picture);
  if (role === 'guide') guide.value = picture;
  if (role === 'start') startPicture.value = picture.pixels;
  // Masks are numbered among the styles that have one.
  const style = stylesOf(recipe.value).filter(({ mask }) => mask !== undefined)[index];
  if (role === 'mask' && style) masks.value = { ...masks.value, [keyOf(style)]: picture.pixels };
}

/** Style pictures are numbered among the styles that are one. */
async function placeStyle(index: number, picture: Photo): Promise<void> {
  const image = await (await import('../paintings/tools')).addPicture(picture);
  const named = stylesOf(recipe.value);
  const at = named.filter((style) => 'image' in style)[index];
  editOf(recipe.value.technique, {
    styles: named.map((style) => (style === at ? { ...style, image } : style)),
  } as object);
}

async function fetchShare(id: string): Promise<PublicShare> {
  const response = await fetch(sharePaths.record(id)).catch((cause: unknown) => {
    throw new ReverieError('network-failed', 'The share could not be fetched.', { cause });
  });
  if (response.ok) return (await response.json()) as PublicShare;
  throw ReverieError.fromAnswer(await response.json().catch(() => null), response.status);
}

async function fetchPicture(url: string): Promise<Blob> {
  const response = await fetch(url).catch((cause: unknown) => {
    throw new ReverieError('network-failed', 'A picture of the share could not be fetched.', { cause });
  });
  if (!response.ok) throw new ReverieError('gone', 'A picture of the share is gone.');
  return response.blob();
}
