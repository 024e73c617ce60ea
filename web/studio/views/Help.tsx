/** Fetches the help dialog the first time it is asked for. */
import { useSignal, useSignalEffect } from '@preact/signals';
import type { ComponentType } from 'preact';
import { complain } from '../state/notice';
import { helpOpen } from '../state/view';

export function Help() {
  const dialog = useSignal<{ readonly View: ComponentType } | null>(null);
  useSignalEffect(() => {
    if (!helpOpen.value || dialog.peek()) return;
    import('./HelpDialog').then(
      (module) => {
        dialog.value = { View: module.default };
      },
      (cause: unknown) => {
        helpOpen.value = false;
        complain(cause);
      },
    );
  });
  const View = dialog.value?.View;
  return helpOpen.value && View ? <View /> : null;
}
