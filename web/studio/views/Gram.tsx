/** The explorer of a Gram matrix, fetched when the first one hangs. */
import { useSignal, useSignalEffect } from '@preact/signals';
import { gram } from '../state/gram';
import { complain } from '../state/notice';

type Parts = typeof import('./GramExplorer');

function useParts(): Parts | null {
  const parts = useSignal<Parts | null>(null);
  useSignalEffect(() => {
    if (!gram.value || parts.peek()) return;
    import('./GramExplorer').then((module) => {
      parts.value = module;
    }, complain);
  });
  return parts.value;
}

/** Lies over the picture. */
export function GramCells() {
  const Cells = useParts()?.Cells;
  return gram.value && Cells ? <Cells data={gram.value} /> : null;
}

/** Lies under it. */
export function GramPanel() {
  const Panel = useParts()?.Panel;
  return gram.value && Panel ? <Panel data={gram.value} /> : null;
}
