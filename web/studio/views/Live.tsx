/** Fetches the camera's view the first time it is asked for. */
import { useSignal, useSignalEffect } from '@preact/signals';
import type { ComponentType } from 'preact';
import { liveOpen } from '../state/live';
import { complain } from '../state/notice';

export function Live() {
  const dialog = useSignal<{ readonly View: ComponentType } | null>(null);
  useSignalEffect(() => {
    if (!liveOpen.value || dialog.peek()) return;
    import('./LiveDialog').then(
      (module) => {
        dialog.value = { View: module.default };
      },
      (cause: unknown) => {
        liveOpen.value = false;
        complain(cause);
      },
    );
  });
  const View = dialog.value?.View;
  return liveOpen.value && View ? <View /> : null;
}
