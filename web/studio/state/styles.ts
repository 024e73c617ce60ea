/** The paintings on offer, and the picture of the visitor's own. Which one is chosen says the recipe. */
import { signal } from '@preact/signals';
import { ReverieError } from '../../../shared/errors';
import { presetPaths } from '../../../shared/paths';
import type { Preset } from '../../../shared/preset';
import type { StyleSource } from '../../../shared/techniques/contract';
import { chosenStyle, edit } from './recipe';

export type Presets =
  | { readonly status: 'loading' }
  | { readonly status: 'ready'; readonly list: readonly Preset[] }
  | { readonly status: 'failed' };

export const presets = signal<Presets>({ status: 'loading' });

/** Bright, and everybody knows it: what a visitor's first picture is painted after. */
const openingStyle = 'starry-night';

/** What is chosen before anybody chooses; nothing while there are no presets. */
export const openingPreset = (): Preset | undefined =>
  presetById(openingStyle) ?? (presets.value.status === 'ready' ? presets.value.list[0] : undefined);

/** Presets with no statistics cannot be painted with and are not shown. */
export async function loadPresets(fetcher: typeof fetch = fetch): Promise<void> {
  presets.value = { status: 'loading' };
  try {
    const response = await fetcher(presetPaths.index);
    if (!response.ok) throw new ReverieError('not-found', `${presetPaths.index} answered ${response.status}.`);
    const { parsePresets } = await import('../../../shared/preset');
    const index = parsePresets(await response.json());
    const list = index.presets.filter((preset) => preset.statistics.length > 0);
    presets.value = { status: 'ready', list };
    const opening = openingPreset();
    if (opening && chosenStyle.value === null) edit({ styles: [{ preset: opening.id, weight: 1 }] });
  } catch {
    // Said in the gallery itself, where the retry button is.
    presets.value = { status: 'failed' };
  }
}

export function presetById(id: string): Preset | undefined {
  return presets.value.status === 'ready' ? presets.value.list.find((preset) => preset.id === id) : undefined;
}

/** A preset is a painting as certain networks saw it; one that is not offered at all is the engine's to complain of. */
export function isMeasured(styles: readonly StyleSource[], network: string): boolean {
  return styles.every((style) => {
    const preset = 'preset' in style ? presetById(style.preset) : undefined;
    return !preset || preset.statistics.some((measured) => measured.network === network);
  });
}
