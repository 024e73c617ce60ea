/** Sending a share, taking one back, and what waits: all that the share dialog does. */
import { ReverieError } from '../../../shared/errors';
import { painting } from '../state/run';
import { abort, mine, outbox, sharing } from '../state/sharing';
import type { MyShare, WaitingShare } from './kept';
import * as kept from './kept';
import { type PreparedShare, prepareShare, type ShareChoice } from './prepare';
import { revoke, sendShare, takeBack } from './send';

const isClosed = (): boolean => sharing.value.at === 'closed';

export async function loadMine(): Promise<void> {
  mine.value = await kept.myShares();
  outbox.value = await kept.waitingShares();
}

/**
 * Prepares and sends the painting. It is kept before it is sent, until its answer comes: whatever happens on the way, to the
 * connection or to this page, the person can send it again, which makes no second share, or take it back.
 */
export async function share(choice: ShareChoice): Promise<void> {
  const done = painting.value;
  if (!done || sharing.value.at === 'sending') return;
  await attempt(async (signal) => {
    const prepared = await prepareShare(done, choice, signal);
    if (!prepared) throw new ReverieError('share-invalid', 'A picture without a record cannot be shared.');
    await kept.keepWaiting({ ...prepared, sent: navigator.onLine });
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
  const isOver =
    !sent ||
    (await revoke(key).then(
      () => true,
      () => false,
    ));
  if (isOver) await kept.dropWaiting(key);
  await loadMine();
}

/** Sends one that waited; it goes on waiting when that fails. */
export async function sendWaiting(waiting: WaitingShare): Promise<void> {
  if (sharing.value.at === 'sending') return;
  await attempt(async (signal) => {
    await kept.keepWaiting({ ...waiting, sent: true });
    await send(waiting, signal);
  });
}

/** Takes back what may have come of it, and forgets it; without a connection it stays. */
export const dropWaiting = ({ key, sent = false }: WaitingShare): Promise<void> => withdraw(key, sent);

async function attempt(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const back = sharing.value.at === 'list' ? 'list' : 'form';
  sharing.value = { at: 'sending', sent: 0 };
  const mineToEnd = new AbortController();
  abort.value = mineToEnd;
  try {
    await work(mineToEnd.signal);
  } catch (cause) {
    const error = ReverieError.from(cause);
    // Closed meanwhile: the form is gone too.
    if (isClosed()) return;
    sharing.value = error.code === 'aborted' ? { at: back } : { at: back, error };
  } finally {
    if (abort.peek() === mineToEnd) abort.value = null;
  }
}

async function send(prepared: PreparedShare, signal: AbortSignal): Promise<void> {
  const created = await sendShare(prepared, {
    signal,
    onProgress: (sent) => {
      if (sharing.value.at === 'sending') sharing.value = { at: 'sending', sent };
    },
  });
  await kept.rememberShare({ ...created, title: prepared.request.title, createdAt: new Date().toISOString() });
  await kept.dropWaiting(prepared.key);
  await loadMine();
  sharing.value = { at: 'done', share: created, request: prepared.request };
}

/** @throws ReverieError; the share then stays in the list. */
export async function deleteMine({ id, deleteKey }: MyShare): Promise<void> {
  await takeBack(id, deleteKey);
  await kept.forgetShare(id);
  await loadMine();
}
