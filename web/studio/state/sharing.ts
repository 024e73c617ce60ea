/** The share dialog: what it is doing, and for which painting. What sends (`sharing/attempt.ts`) comes with it. */
import { signal } from '@preact/signals';
import type { ReverieError } from '../../../shared/errors';
import type { CreatedShare } from '../../../shared/share';
import type { MyShare, WaitingShare } from '../sharing/kept';
import type { PreparedShare } from '../sharing/prepare';
import { confirmWith, dismissNotice } from './notice';
import { painting } from './run';
import { remembered } from './storage';

export type Sharing =
  | { readonly at: 'closed' }
  | { readonly at: 'form'; readonly error?: ReverieError }
  /** Without a painting: only what was shared and what waits. */
  | { readonly at: 'list'; readonly error?: ReverieError }
  | { readonly at: 'sending'; readonly sent: number }
  | { readonly at: 'done'; readonly share: CreatedShare; readonly request: PreparedShare['request'] }
  | { readonly at: 'waiting' };

export const sharing = signal<Sharing>({ at: 'closed' });
export const mine = signal<readonly MyShare[]>([]);
export const outbox = signal<readonly WaitingShare[]>([]);

/** Ends what is on its way. */
export const abort = signal<AbortController | null>(null);

export const openSharing = () => {
  sharing.value = { at: painting.value?.record ? 'form' : 'list' };
};
export const openShares = () => {
  // It may be what asked to be opened.
  dismissNotice();
  sharing.value = { at: 'list' };
};

export function closeSharing(): void {
  cancelSharing();
  sharing.value = { at: 'closed' };
}

/** Ends what is on its way, while it is prepared too. */
export const cancelSharing = () => abort.peek()?.abort();

/** Tells of shares that wait, at the start and when the network is back; nothing is sent by itself. */
export function followOutbox(): void {
  const ask = () => {
    if (!remembered('outbox') || !navigator.onLine || sharing.value.at !== 'closed') return;
    confirmWith((t) => t.share.outboxAsk, [{ label: (t) => t.share.showWaiting, act: openShares }]);
  };
  addEventListener('online', ask);
  ask();
}
