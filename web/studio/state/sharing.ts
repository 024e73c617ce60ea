/** The share dialog: what it is doing, and for which painting. */
import { signal } from '@preact/signals';
import { ReverieError } from '../../../shared/errors';
import type { CreatedShare } from '../../../shared/share';
import type { MyShare, WaitingShare } from '../sharing/kept';
import type { PreparedShare, ShareChoice } from '../sharing/prepare';
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

let abort: AbortController | null = null;

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

const isClosed = (): boolean => sharing.value.at === 'closed';

/** Ends what is on its way, while it is prepared too. */
export const cancelSharing = () => abort?.abort();

/** The storage's own module comes with the dialog, not with the page. */
const kept = () => import('../sharing/kept');

export async function loadMine(): Promise<void> {
  const { myShares, waitingShares } = await kept();
  mine.value = await myShares();
  outbox.value = await waitingShares();
}

/**
 * Prepares and sends the painting. It is kept before it is sent, until its answer comes: whatever happens on the way, to the
 * connection or to this page, the person can send it again, which makes no second share, or take it back.
 */
export async function share(choice: ShareChoice): Promise<void> {
  const done = painting.value;
  if (!done || sharing.value.at === 'sending') return;
  await attempt(async (signal) => {
    const { prepareShare } = await import('../sharing/prepare');
    const prepared = await prepareShare(done, choice, signal);
    if (!prepared) throw new ReverieError('share-invalid', 'A picture without a record cannot be shared.');
    await (await kept()).keepWaiting({ ...prepared, sent: navigator.onLine });
    try {
      if (!navigator.onLine) throw new ReverieError('network-failed', 'The device has no network.');
      await send(prepared, signal);
    } catch (cause) {
      if (ReverieError.from(cause).code === 'network-failed') {
        await loadMine();
        sharing.value = { at: 'waiting' };
        return;
      }
      // Whoever stopped it does not wait for that.
      void withdraw(prepared.key, ReverieError.from(cause).code === 'aborted');
      throw cause;
    }
  });
}

/** Nothing more comes of it. What cannot be taken back now, for want of a connection, goes on waiting for the person. */
async function withdraw(key: string, sent: boolean): Promise<void> {
  const { revoke } = await import('../sharing/send');
  const isOver =
    !sent ||
    (await revoke(key).then(
      () => true,
      () => false,
    ));
  if (isOver) await (await kept()).dropWaiting(key);
  await loadMine();
}

/** Sends one that waited; it goes on waiting when that fails. */
export async function sendWaiting(waiting: WaitingShare): Promise<void> {
  if (sharing.value.at === 'sending') return;
  await attempt(async (signal) => {
    await (await kept()).keepWaiting({ ...waiting, sent: true });
    await send(waiting, signal);
  });
}

/** Takes back what may have come of it, and forgets it; without a connection it stays. */
export const dropWaiting = ({ key, sent = false }: WaitingShare): Promise<void> => withdraw(key, sent);

async function attempt(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const back = sharing.value.at === 'list' ? 'list' : 'form';
  sharing.value = { at: 'sending', sent: 0 };
  const mineToEnd = new AbortController();
  abort = mineToEnd;
  try {
    await work(mineToEnd.signal);
  } catch (cause) {
    const error = ReverieError.from(cause);
    // Closed meanwhile: the form is gone too.
    if (isClosed()) return;
    sharing.value = error.code === 'aborted' ? { at: back } : { at: back, error };
  } finally {
    if (abort === mineToEnd) abort = null;
  }
}

async function send(prepared: PreparedShare, signal: AbortSignal): Promise<void> {
  const { sendShare } = await import('../sharing/send');
  const created = await sendShare(prepared, {
    signal,
    onProgress: (sent) => {
      if (sharing.value.at === 'sending') sharing.value = { at: 'sending', sent };
    },
  });
  const { dropWaiting, rememberShare } = await kept();
  await rememberShare({ ...created, title: prepared.request.title, createdAt: new Date().toISOString() });
  await dropWaiting(prepared.key);
  await loadMine();
  sharing.value = { at: 'done', share: created, request: prepared.request };
}

/** Tells of shares that wait, at the start and when the network is back; nothing is sent by itself. */
export function followOutbox(): void {
  const ask = () => {
    if (!remembered('outbox') || !navigator.onLine || sharing.value.at !== 'closed') return;
    confirmWith((t) => t.share.outboxAsk, [{ label: (t) => t.share.showWaiting, act: openShares }]);
  };
  addEventListener('online', ask);
  ask();
}

/** @throws ReverieError; the share then stays in the list. */
export async function deleteMine({ id, deleteKey }: MyShare): Promise<void> {
  const { takeBack } = await import('../sharing/send');
  await takeBack(id, deleteKey);
  await (await kept()).forgetShare(id);
  await loadMine();
}
