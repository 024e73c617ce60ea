/** Styles that were taught: from a file, into a file, away. A chunk of its own. */
import '../state/partWords';
import { limits } from '../../../shared/limits';
import type { StudioWords } from '../../../shared/words/studio';
import { isPaintingFile } from '../../engine/train/styleFile';
import { getEngine } from '../../page/run/engine';
import { complain, confirm, confirmWith } from '../state/notice';
import { loadOwnStyles, ownStyleById } from '../state/ownStyles';
import { chooseFast, editFast, recipes } from '../state/recipe';
import { openingPreset } from '../state/styles';
import * as library from './library';

async function weightsOf(network: string): Promise<string> {
  const [engine, { weightsHash }] = await Promise.all([getEngine(), import('../../../shared/hash')]);
  return weightsHash(await engine.prepare(network).result);
}

/** What somebody taught the network, or a painting's statistics. */
export async function importStyle(file: Blob): Promise<void> {
  try {
    const start = new Uint8Array(await file.slice(0, limits.train.maxHeaderBytes).arrayBuffer());
    if (isPaintingFile(start)) return await (await import('../paintings/tools')).importPainting(file);
    const { id, name } = await library.importStyle(file, weightsOf);
    await loadOwnStyles();
    chooseFast(id);
    confirm((t) => t.own.imported(name));
  } catch (cause) {
    complain(cause);
  }
}

export async function exportStyle(id: string): Promise<void> {
  try {
    const { download, fileName } = await import('../../page/output/save');
    download(await library.styleFile(id), fileName('', ownStyleById(id)?.name ?? '', 'reverie-style'));
  } catch (cause) {
    complain(cause);
  }
}

/** With a way back for as long as the notice is there. */
export async function forgetStyle(id: string): Promise<void> {
  const name = ownStyleById(id)?.name ?? '';
  const file = await library.styleFile(id).catch(() => null);
  await library.forgetStyle(id);
  await loadOwnStyles();
  const others = recipes.value.fast.styles.filter(({ style }) => style !== id);
  const opening = openingPreset();
  if (others.length > 0) editFast({ styles: others });
  else if (opening) chooseFast(opening.id);
  const undo = { label: (t: StudioWords) => t.yours.undo, act: () => void (file && importStyle(file)) };
  confirmWith((t) => t.own.removed(name), [undo]);
}
