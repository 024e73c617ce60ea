/** What a network that tells ImageNet's classes apart calls them. */
import { signal } from '@preact/signals';
import { classLayer, type ImagenetClass } from '../../../shared/imagenet';
import { taps } from './networks';

/** Kept by whoever fetches them: 10 kB that few want. */
export const classNames = signal<readonly ImagenetClass[] | null>(null);

/** Null where the layer's channels are no classes, and until the names have come. */
export function classesOf(layer: string): readonly ImagenetClass[] | null {
  const names = layer === classLayer ? classNames.value : null;
  const channels = taps.value.find(({ name }) => name === layer)?.channels;
  return names?.length === channels ? names : null;
}
