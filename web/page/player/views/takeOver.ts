/** Focus that goes on where something has taken the place of what had it. */
import type { Ref } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/**
 * For what appears in place of a control that was pressed: whoever works by keyboard is there then, and not at the top of
 * the page. Nobody's focus is taken away: neither from another control nor, in a frame, from the page around it.
 */
export function useTakeOver<E extends HTMLElement>(): Ref<E> {
  const element = useRef<E>(null);
  useLayoutEffect(() => {
    const isLost = document.activeElement === null || document.activeElement === document.body;
    if (isLost && document.hasFocus()) element.current?.focus({ preventScroll: true });
  }, []);
  return element;
}
