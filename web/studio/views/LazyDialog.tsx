/** A dialog whose view is fetched the first time it is opened. */
import type { Signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useLazy } from './lazy';

interface Props {
  readonly open: Signal<boolean>;
  readonly load: () => Promise<{ readonly default: ComponentType }>;
}

export function LazyDialog({ open, load }: Props) {
  const View = useLazy(open.value, load, () => {
    open.value = false;
  })?.default;
  return open.value && View ? <View /> : null;
}
