/** The share of this page, as the edge wrote it there. */
import type { PublicShare } from '../../../../shared/share';

/** @throws Error on a page that is not one of the edge's. */
function read(): PublicShare {
  const text = document.getElementById('share-data')?.textContent;
  if (!text) throw new Error('This page holds no share.');
  return JSON.parse(text) as PublicShare;
}

export const share = read();
