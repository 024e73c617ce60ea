/** How the result is looked at: comparison, zoom, and what lies over the page. */
import { signal } from '@preact/signals';
import { painting } from './run';

/** Percent of the frame, from the left, that shows the photo; the rest shows the painting. */
export const comparison = signal(0);
export const zoom = signal<'fit' | 'actual'>('fit');
export const helpOpen = signal(false);
/** What a file held over the page would become. */
export const dragging = signal<'no' | 'photo' | 'style'>('no');

export function setComparison(percent: number): void {
  comparison.value = Math.min(100, Math.max(0, Math.round(percent)));
}

/** All painting or all photo: the quickest comparison is a flip. */
export function flipComparison(): void {
  comparison.value = comparison.value >= 50 ? 0 : 100;
}

export function toggleZoom(): void {
  zoom.value = zoom.value === 'fit' ? 'actual' : 'fit';
}

/** A new painting is looked at whole. @returns stop. */
export function resetViewOnPainting(): () => void {
  return painting.subscribe(() => {
    comparison.value = 0;
    zoom.value = 'fit';
  });
}
