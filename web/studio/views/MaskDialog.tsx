/** Fetches the mask editor the first time it is asked for. */
import { useSignal, useSignalEffect } from '@preact/signals';
import type { ComponentType } from 'preact';
import type { Pixels } from '../../engine/api';
import { maskEdited } from '../state/masks';
import { complain } from '../state/notice';
import { photo } from '../state/photo';

type Editor = ComponentType<{ readonly index: number; readonly over: Pixels }>;

export function MaskDialog() {
  const editor = useSignal<{ readonly View: Editor } | null>(null);
  useSignalEffect(() => {
    if (maskEdited.value === null || editor.peek()) return;
    import('./MaskEditor').then(
      (module) => {
        editor.value = { View: module.default };
      },
      (cause: unknown) => {
        maskEdited.value = null;
        complain(cause);
      },
    );
  });
  const View = editor.value?.View;
  const over = photo.value?.pixels;
  return maskEdited.value !== null && View && over ? <View index={maskEdited.value} over={over} /> : null;
}
