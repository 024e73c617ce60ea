/** The fast styles that were made in this browser or imported, beside the nine. What reads files comes with the first. */
import { signal } from '@preact/signals';
import { isOwnStyle } from '../../../shared/ownStyle';
import { learnedPresets } from '../../../shared/techniques/fast/schema';
import type { StudioWords } from '../../../shared/words/studio';
import { museumName } from '../../../shared/words/studio';
import type { OwnStyle } from '../../engine/api';
import { getEngine } from '../../page/run/engine';
import type { OwnFastStyle } from '../training/library';
import { complain, confirm, confirmWith } from './notice';
import { chooseFast, editFast, recipes } from './recipe';
import { remembered } from './storage';
import { openingPreset, presetById, presets } from './styles';

export const ownStyles = signal<readonly OwnFastStyle[]>([]);

const library = () => import('../training/library');

export async function loadOwnStyles(): Promise<void> {
  const before = ownStyles.peek();
  ownStyles.value = await (await library()).allStyles();
  for (const { picture } of before) if (picture) URL.revokeObjectURL(picture);
}

/** At the start, where there are any; and again when the tab is seen: another may have changed them. */
export function followOwnStyles(): void {
  const load = () => {
    if (document.hidden || !(remembered('own-styles') || ownStyles.peek().length > 0)) return;
    loadOwnStyles().catch(() => undefined);
  };
  document.addEventListener('visibilitychange', load);
  load();
}

export const ownStyleById = (id: string): OwnFastStyle | undefined => ownStyles.value.find((style) => style.id === id);

/** A fast style's name: a museum's, or that of its teacher. */
export function fastStyleName(id: string, t: StudioWords): string {
  if (isOwnStyle(id)) return ownStyleById(id)?.name ?? t.train.unknown;
  return museumName(t, presetById(id)?.work ?? id);
}

/** One with filters of its own is mixed with nothing. */
export const paintsAlone = (id: string): boolean => ownStyleById(id)?.trains === 'all';

/** What may be added to a mix: presets and own styles that are not in it. */
export function mixable(chosen: readonly string[]): string[] {
  if (chosen.some(paintsAlone)) return [];
  const known =
    presets.value.status === 'ready'
      ? presets.value.list.flatMap(({ id }) => (learnedPresets.includes(id) ? [id] : []))
      : [];
  const own = ownStyles.value.flatMap(({ id }) => (paintsAlone(id) ? [] : [id]));
  return [...known, ...own].filter((id) => !chosen.includes(id));
}

/** The numbers that a run needs; copies, because the worker takes buffers away. One that is missing the engine tells. */
export function ownStylesFor(styles: readonly string[]): OwnStyle[] {
  return styles.flatMap((style) => {
    const own = ownStyleById(style);
    if (!own) return [];
    const { id, network, weights, transformer, trains, values } = own;
    return [{ id, network, weights, transformer, trains, values: values.slice() }];
  });
}

async function weightsOf(network: string): Promise<string> {
  const [engine, { weightsHash }] = await Promise.all([getEngine(), import('../../../shared/hash')]);
  return weightsHash(await engine.prepare(network).result);
}

export async function importStyle(file: Blob): Promise<void> {
  try {
    const { id, name } = await (await library()).importStyle(file, weightsOf);
    await loadOwnStyles();
    chooseFast(id);
    confirm((t) => t.train.imported(name));
  } catch (cause) {
    complain(cause);
  }
}

export async function exportStyle(id: string): Promise<void> {
  try {
    const { download, fileName } = await import('../../page/output/save');
    download(await (await library()).styleFile(id), fileName('', ownStyleById(id)?.name ?? '', 'reverie-style'));
  } catch (cause) {
    complain(cause);
  }
}

/** With a way back for as long as the notice is there. */
export async function forgetStyle(id: string): Promise<void> {
  const name = ownStyleById(id)?.name ?? '';
  const file = await (await library()).styleFile(id).catch(() => null);
  await (await library()).forgetStyle(id);
  await loadOwnStyles();
  const others = recipes.value.fast.styles.filter(({ style }) => style !== id);
  const opening = openingPreset();
  if (others.length > 0) editFast({ styles: others });
  else if (opening) chooseFast(opening.id);
  const undo = { label: (t: StudioWords) => t.train.undo, act: () => void (file && importStyle(file)) };
  confirmWith((t) => t.train.deleted(name), [undo]);
}
