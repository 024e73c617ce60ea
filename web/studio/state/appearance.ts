/** Light or dark, still or moving: the system's, until the person says otherwise. `public/appearance.js` applies the light before paint. */
import { computed, signal } from '@preact/signals';
import { remember, remembered } from './storage';

export type Theme = 'light' | 'dark';

const system = signal<Theme>('light');
const chosen = signal<Theme | null>(null);

export const theme = computed<Theme>(() => chosen.value ?? system.value);

function apply(): void {
  if (chosen.value) document.documentElement.dataset.theme = chosen.value;
  else delete document.documentElement.dataset.theme;
}

export function startTheme(): void {
  const query = matchMedia('(prefers-color-scheme: dark)');
  const read = () => {
    system.value = query.matches ? 'dark' : 'light';
  };
  read();
  query.addEventListener('change', read);
  const saved = remembered('theme');
  chosen.value = saved === 'light' || saved === 'dark' ? saved : null;
  apply();
}

/** Going back to what the system has is no choice, so that the page follows the system again. */
export function toggleTheme(): void {
  const next: Theme = theme.value === 'dark' ? 'light' : 'dark';
  chosen.value = next === system.value ? null : next;
  remember('theme', chosen.value);
  apply();
}

/** Whether the painting is shown while it grows. A person who asked the system for less motion is not shown it unasked. */
export const livePreview = signal(true);

export function startPreview(): void {
  livePreview.value = !matchMedia('(prefers-reduced-motion: reduce)').matches;
}
