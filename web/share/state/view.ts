/** What lies over the page's picture, and what is said when something goes wrong. */
import { signal } from '@preact/signals';
import type { Words } from '../i18n';

/** `picture`: nothing lies over it. `mine`: what this device painted, while it does and afterwards. */
export type View = 'picture' | 'film' | 'compare' | 'mine';

export const view = signal<View>('picture');

/** Tells whoever leaves a view to stop what it was doing. */
const leaving: ((from: View) => void)[] = [];

export const onLeave = (listener: (from: View) => void): void => void leaving.push(listener);

export function show(next: View): void {
  const from = view.peek();
  if (from === next) return;
  view.value = next;
  for (const listener of leaving) listener(from);
}

/** Said below the picture until it is dismissed or the next thing is done. */
export const complaint = signal<((t: Words) => string) | null>(null);

export const fail = (message: (t: Words) => string): void => {
  complaint.value = message;
};
