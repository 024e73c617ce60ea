/** What a network that tells ImageNet's classes apart calls them. */
import { signal } from '@preact/signals';
import { classLayer, type ImagenetClass } from '../../../shared/imagenet';
import { taps } from './networks';

const fetched = signal<readonly ImagenetClass[] | null>(null);

export async function fetchClasses(): Promise<object> {
  const module = await import('./classNames');
  fetched.value = module.classes;
  return module;
}

/** Null where the layer's channels are no classes, and until the names have come. */
export function classesOf(layer: string): readonly ImagenetClass[] | null {
  const names = layer === classLayer ? fetched.value : null;
  const channels = taps.value.find(({ name }) => name === layer)?.channels;
  return names?.length === channels ? names : null;
}
