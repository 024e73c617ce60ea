/** A dialog whose view is fetched the first time it is opened. */
import { type Signal, useSignal, useSignalEffect } from '@preact/signals';
import type { ComponentType } from 'preact';
import { complain } from '../state/notice';

interface Props {
  readonly open: Signal<boolean>;
  readonly load: () => Promise<{ readonly default: ComponentType }>;
}

export function LazyDialog({ open, load }: Props) {
  const dialog = useSignal<{ readonly View: ComponentType } | null>(null);
  useSignalEffect(() => {
    if (!open.value || dialog.peek()) return;
    load().then(
      (module) => {
        dialog.value = { View: module.default };
      },
      (cause: unknown) => {
        open.value = false;
        complain(cause);
      },
    );
  });
  const View = dialog.value?.View;
  return open.value && View ? <View /> : null;
}
