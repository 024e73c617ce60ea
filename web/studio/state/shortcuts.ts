/** Single keys, outside of text fields; Space also keeps out of every other control, which it operates. */

import { busy, cancel, togglePause } from '../../page/run/drive';
import { savePainting } from './actions';
import { painting } from './run';
import { comparable, flipComparison, helpOpen } from './view';

const typing = 'input:not([type=range]):not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]';
const operable = `${typing}, input, button, a, summary`;

export function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || helpOpen.value) return;
  const target = event.target instanceof Element ? event.target : null;
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
  } else if (event.code === 'KeyC' && comparable.value) {
    // By position, so that it works while a Korean input method is on.
    flipComparison();
  } else if (event.code === 'KeyS' && painting.value) {
    void savePainting('png');
  }
}
