/** The share dialog, which is fetched the first time it is asked for. */
import { useSignal, useSignalEffect } from '@preact/signals';
import type { ComponentType } from 'preact';
import { complain } from '../state/notice';
import { closeSharing, sharing } from '../state/sharing';

export function Share() {
  const dialog = useSignal<{ readonly View: ComponentType } | null>(null);
  useSignalEffect(() => {
    if (sharing.value.at === 'closed' || dialog.peek()) return;
    import('./ShareDialog').then(
      (module) => {
        dialog.value = { View: module.default };
      },
      (cause: unknown) => {
        closeSharing();
        complain(cause);
      },
    );
  });
  const View = dialog.value?.View;
  return sharing.value.at !== 'closed' && View ? <View /> : null;
}
