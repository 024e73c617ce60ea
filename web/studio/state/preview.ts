/** Whether the painting is shown while it grows. A person who asked the system for less motion is not shown it unasked. */
import { signal } from '@preact/signals';

export const livePreview = signal(true);

export function startPreview(): void {
  livePreview.value = !matchMedia('(prefers-reduced-motion: reduce)').matches;
}
