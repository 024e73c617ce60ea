/** The share of this page, as the edge wrote it there, and where the line of a comparison with its photo stands. */
import { signal } from '@preact/signals';
import type { PublicShare, SharePicture } from '../../../../shared/share';

/** @throws Error on a page that is not one of the edge's. */
function read(): PublicShare {
  const text = document.getElementById('share-data')?.textContent;
  if (!text) throw new Error('This page holds no share.');
  return JSON.parse(text) as PublicShare;
}

export const share = read();

export const photo: SharePicture | undefined = share.inputs.find(({ role }) => role === 'content')?.picture;

/** Percent of the width that shows what was before. */
export const comparison = signal(50);

export function setComparison(percent: number): void {
  comparison.value = Math.min(100, Math.max(0, percent));
}
