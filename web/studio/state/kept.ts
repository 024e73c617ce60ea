/** What is kept of earlier results (`history/`), as the page shows it. */
import { signal } from '@preact/signals';
import type { Entry } from '../history/store';

/** Newest first. */
export const history = signal<readonly Entry[]>([]);
export const historyOpen = signal(false);
/** The one that hangs. */
export const openEntry = signal<string | null>(null);
/** False once the browser refused to keep a result: it lasts as long as the page. */
export const isKept = signal(true);
