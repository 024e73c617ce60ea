/** The fast styles that were taught, in this browser once or elsewhere, beside the nine. What reads files comes with the first. */
import { signal } from '@preact/signals';
import { isOwnStyle } from '../../../shared/ownStyle';
import { learnedPresets } from '../../../shared/techniques/fast/schema';
import type { StudioWords } from '../../../shared/words/studio';
import { museumName } from '../../../shared/words/studio';
import type { OwnStyle } from '../../engine/api';
import type { OwnFastStyle } from '../ownStyles/library';
import { followKept, remember, remembered } from './storage';
import { presetById, presets } from './styles';

export const ownStyles = signal<readonly OwnFastStyle[]>([]);

export const library = () => import('../ownStyles/library');

/** Set by an earlier Reverie that left trainings half-way; looking through the library clears them away. */
const leftovers = 'unfinished-training';

export async function loadOwnStyles(): Promise<void> {
  const before = ownStyles.peek();
  ownStyles.value = await (await library()).allStyles();
  remember(leftovers, null);
  for (const { picture } of before) if (picture) URL.revokeObjectURL(picture);
}

export const followOwnStyles = (): Promise<void> =>
  followKept('own-styles', () => ownStyles.peek().length > 0 || remembered(leftovers) !== null, loadOwnStyles);

export const ownStyleById = (id: string): OwnFastStyle | undefined => ownStyles.value.find((style) => style.id === id);

/** A fast style's name: a museum's, or that of its teacher. */
export function fastStyleName(id: string, t: StudioWords): string {
  if (isOwnStyle(id)) return ownStyleById(id)?.name ?? t.yours.unknown;
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
