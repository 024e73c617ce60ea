/** Which networks the server lists, asked for when somebody may want to choose, and the layers of the chosen one. */
import { computed, signal } from '@preact/signals';
import type { ImagenetClass } from '../../../shared/imagenet';
import { anyStyleArchitecture, classLayer, defaultNetwork, transformerArchitecture } from '../../../shared/networks';
import { weightPaths } from '../../../shared/paths';
import { dictionary } from './language';
import { recipe } from './recipe';
import { type Tap, tapsOf } from './taps';

export interface ListedNetwork {
  readonly id: string;
  readonly architecture: string;
  readonly bytes: number;
}

const byDefault: readonly ListedNetwork[] = [{ id: defaultNetwork, architecture: defaultNetwork, bytes: 0 }];
export const networks = signal<readonly ListedNetwork[]>(byDefault);

let asked = false;

/** Only what is shown is read; the engine checks a manifest in full when it loads the network. */
export async function loadNetworks(fetcher: typeof fetch = fetch): Promise<void> {
  if (asked) return;
  asked = true;
  try {
    const response = await fetcher(weightPaths.index);
    const { networks: list } = (await response.json()) as { networks: ListedNetwork[] };
    // Those that paint are no choice for techniques that look through a network.
    const painting: readonly string[] = [transformerArchitecture, anyStyleArchitecture];
    const looking = list.filter(({ architecture }) => !painting.includes(architecture));
    if (looking.length > 0)
      networks.value = looking.map(({ id, architecture, bytes }) => ({ id, architecture, bytes }));
  } catch {
    // The default network stays the only choice; asked again the next time.
    asked = false;
  }
}

/** A network that is not listed goes by its architecture's name. */
export const architectureOf = (network: string): string =>
  networks.value.find(({ id }) => id === network)?.architecture ?? network;

/** Of the chosen network, shallow to deep; empty when its layers are not known here. */
export const taps = computed<readonly Tap[]>(() => tapsOf(architectureOf(recipe.value.network)));

type ClassLists = (language: string) => readonly (readonly ImagenetClass[])[];

/** What networks that tell classes apart call them. Kept by whoever fetches them: 10 kB that few want. */
export const classNames = signal<ClassLists | null>(null);

/** Null where the layer's channels are no classes, and until the names have come. */
export function classesOf(layer: string): readonly ImagenetClass[] | null {
  if (layer !== classLayer) return null;
  const channels = taps.value.find(({ name }) => name === layer)?.channels;
  return classNames.value?.(dictionary.value.tag).find(({ length }) => length === channels) ?? null;
}
