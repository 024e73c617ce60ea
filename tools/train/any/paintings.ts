/** Which paintings are kept out of training: works of painters of whom there is nothing else, so that nobody saw the hand. */
import path from 'node:path';
import { listPictures } from '../../weights/pictures';

/** How many are kept out of a collection, at most. */
const heldOut = 20;

const letters = (text: string) => text.toLowerCase().replaceAll(/[^a-z]/g, '');
/** `albrecht-durer--the-large-turf.jpg`: who painted it stands first. */
const painterOf = (file: string) => letters(path.basename(file).split('--')[0] ?? '');
/** So many letters at the end of a name tell its painter in another folder, whose files may be named otherwise. */
const telling = 6;

export interface Paintings {
  readonly trained: readonly string[];
  readonly heldOut: readonly string[];
}

/**
 * @param folders the first is the collection that some are kept out of; the others are trained on whole
 * @throws ReverieError `not-found`
 */
export async function splitPaintings(folders: readonly string[]): Promise<Paintings> {
  const [collection = [], ...others] = await Promise.all(folders.map(listPictures));
  return splitFiles(collection, others.flat());
}

export function splitFiles(collection: readonly string[], others: readonly string[]): Paintings {
  const counts = new Map<string, number>();
  for (const file of collection) counts.set(painterOf(file), (counts.get(painterOf(file)) ?? 0) + 1);
  const elsewhere = others.map((file) => letters(path.basename(file)));
  const once = collection.filter((file) => {
    const painter = painterOf(file);
    return counts.get(painter) === 1 && !elsewhere.some((name) => name.includes(painter.slice(-telling)));
  });
  const every = Math.max(1, Math.floor(once.length / heldOut));
  const out = once.filter((_, i) => i % every === every - 1).slice(0, heldOut);
  return { trained: [...collection.filter((file) => !out.includes(file)), ...others], heldOut: out };
}
