/** What lies over the page's picture, and what is said when something goes wrong. */
import { signal } from '@preact/signals';
import type { PlayerWords } from '../../words/player';

/** `picture`: nothing lies over it. `mine`: what this device painted, while it does and afterwards. */
export type View = 'picture' | 'film' | 'compare' | 'mine';

export const view = signal<View>('picture');

const listeners: ((next: View) => void)[] = [];

/** Tells what is going on in one view, or is about to, that another was asked for. */
export const onShow = (listener: (next: View) => void): void => void listeners.push(listener);

export function show(next: View): void {
  if (view.peek() === next) return;
  view.value = next;
  for (const listener of listeners) listener(next);
}

/** Said below the picture until it is dismissed or the next thing is done. */
export const complaint = signal<((t: PlayerWords) => string) | null>(null);

export const fail = (message: (t: PlayerWords) => string): void => {
  complaint.value = message;
};
