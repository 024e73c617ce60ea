/** Escape takes back what is going on: a run is stopped, a view is left. What a device has painted is not thrown away by it. */
import { busy, cancel } from '../../run/drive';
import { show, view } from './view';

/** Fields and lists have an Escape of their own. */
const ownEscape = 'select, textarea';

export function followEscape(): void {
  addEventListener('keydown', ({ key, target, defaultPrevented }) => {
    if (key !== 'Escape' || defaultPrevented || (target instanceof Element && target.matches(ownEscape))) return;
    if (busy.peek()) cancel();
    else if (view.peek() === 'film' || view.peek() === 'compare') show('picture');
  });
}
