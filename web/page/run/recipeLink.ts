/** A recipe in a link of its own: nothing is uploaded, and it works while the server has gone. */
import { ReverieError } from '../../../shared/errors';
import type { Recipe } from '../../../shared/techniques';

/** Characters of the whole link: messengers and mail programs cut longer ones. */
const maxLink = 2048;
/** Bytes of a recipe's JSON; a small link can hold zeros by the gigabyte. */
const maxRecipe = 64 * 1024;

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  by: CompressionStream | DecompressionStream,
  most: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([bytes]).stream().pipeThrough<Uint8Array<ArrayBuffer>>(by).getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Uint8Array(await new Blob(parts).arrayBuffer());
    length += value.length;
    if (length > most) {
      await reader.cancel();
      throw new ReverieError('recipe-invalid', `A recipe has at most ${most} bytes.`);
    }
    parts.push(value);
  }
}

/** RFC 4648, section 5, without padding. */
const toBase64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
const fromBase64url = (text: string) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));

/**
 * @param page the studio's address
 * @throws ReverieError `share-too-large` when the link would be cut somewhere on its way.
 */
export async function recipeLink(recipe: Recipe, page: string): Promise<string> {
  const json = new TextEncoder().encode(JSON.stringify(recipe));
  const packed = await through(json, new CompressionStream('deflate-raw'), maxRecipe);
  const link = packed.length < maxLink ? new URL(`#recipe=${toBase64url(packed)}`, page).href : '';
  if (!link || link.length > maxLink) {
    throw new ReverieError('share-too-large', `The link would have more than ${maxLink} characters.`);
  }
  return link;
}

/** @returns JSON, not checked yet. @throws ReverieError `recipe-invalid` for a damaged or an oversized one. */
export async function recipeOfLink(packed: string): Promise<string> {
  try {
    const bytes = await through(fromBase64url(packed), new DecompressionStream('deflate-raw'), maxRecipe);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    if (cause instanceof ReverieError) throw cause;
    throw new ReverieError('recipe-invalid', 'The recipe link is damaged or incomplete.', { cause });
  }
}
