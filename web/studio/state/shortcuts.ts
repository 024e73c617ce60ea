/** Single keys, outside of text fields; Space also keeps out of every other control, which it operates. */

import { busy, cancel, togglePause } from '../../page/run/drive';
import { savePainting } from './actions';
import { finer } from './finer';
import { photo } from './photo';
import { canPaint, paint, painting } from './run';
import { redo, undo } from './undo';
import { comparable, flipComparison, helpOpen, toggleDivider, viewerOpen } from './view';

const typing = 'input:not([type=range]):not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]';
const operable = `${typing}, input, button, a, summary`;

/** By position, as other keys are: Z undoes, with Shift it redoes, and so does Y. */
function step(event: KeyboardEvent): void {
  const way = event.code === 'KeyZ' ? (event.shiftKey ? redo : undo) : event.code === 'KeyY' ? redo : null;
  if (!way) return;
  event.preventDefault();
  way();
}

export function onKeyDown(event: KeyboardEvent): void {
  const target = event.target instanceof Element ? event.target : null;
  if (event.defaultPrevented || event.altKey || document.querySelector('dialog[open]')) return;
  if ((event.ctrlKey || event.metaKey) && !target?.closest(typing)) step(event);
  if (event.ctrlKey || event.metaKey) return;
  if (event.key === 'Escape' && busy.value) {
    event.preventDefault();
    cancel();
    return;
  }
  if (target?.closest(typing)) return;
  if (event.key === ' ' && busy.value && !target?.closest(operable)) {
    event.preventDefault(); // or the page scrolls
    togglePause();
  } else if (event.key === '?') {
    helpOpen.value = true;
  } else if (event.key === 'Enter' && !target?.closest(operable) && !busy.value && canPaint.value) {
    void paint(finer.value ?? undefined);
  } else if (event.code === 'KeyC' && comparable.value) {
    // By position, so that it works while a Korean input method is on.
    flipComparison();
  } else if (event.code === 'KeyD' && comparable.value) {
    toggleDivider();
  } else if (event.code === 'KeyF' && (photo.value || painting.value)) {
    viewerOpen.value = true;
  } else if (event.code === 'KeyS' && painting.value) {
    void savePainting('png');
  }
}
