/** The share dialog: what it is doing, and for which painting. */
import { signal } from '@preact/signals';
import { ReverieError } from '../../../shared/errors';
import type { CreatedShare } from '../../../shared/share';
import type { MyShare } from '../sharing/kept';
import type { PreparedShare, ShareChoice } from '../sharing/prepare';
import { painting } from './run';

export type Sharing =
  | { readonly at: 'closed' }
  | { readonly at: 'form'; readonly error?: ReverieError }
  | { readonly at: 'sending'; readonly sent: number }
  | { readonly at: 'done'; readonly share: CreatedShare }
  | { readonly at: 'waiting' };

export const sharing = signal<Sharing>({ at: 'closed' });
export const mine = signal<readonly MyShare[]>([]);

let abort: AbortController | null = null;

export const openSharing = () => {
  sharing.value = { at: 'form' };
};

export function closeSharing(): void {
  abort?.abort();
  sharing.value = { at: 'closed' };
}

/** The storage's own module comes with the dialog, not with the page. */
const kept = () => import('../sharing/kept');

export async function loadMine(): Promise<void> {
  mine.value = await (await kept()).myShares();
}

export async function hasWaiting(): Promise<boolean> {
  return (await (await kept()).waitingShare()) !== null;
}

/** Prepares and sends the painting; without a connection it is kept until the person sends it. */
export async function share(choice: ShareChoice): Promise<void> {
  const done = painting.value;
  if (!done || sharing.value.at === 'sending') return;
  sharing.value = { at: 'sending', sent: 0 };
  try {
    const { prepareShare } = await import('../sharing/prepare');
    const prepared = await prepareShare(done, choice);
    if (!prepared) throw new ReverieError('share-invalid', 'A picture without a record cannot be shared.');
    if (!navigator.onLine) {
      await (await kept()).keepWaiting(prepared);
      sharing.value = { at: 'waiting' };
      return;
    }
    await send(prepared);
  } catch (cause) {
    fail(cause);
  }
}

/** Sends what waited. */
export async function sendWaiting(): Promise<void> {
  const { waitingShare, keepWaiting } = await kept();
  const prepared = await waitingShare();
  if (!prepared) return;
  sharing.value = { at: 'sending', sent: 0 };
  try {
    await send(prepared);
    await keepWaiting(null);
  } catch (cause) {
    fail(cause);
  }
}

export async function dropWaiting(): Promise<void> {
  await (await kept()).keepWaiting(null);
}

async function send(prepared: PreparedShare): Promise<void> {
  const { sendShare } = await import('../sharing/send');
  abort = new AbortController();
  const created = await sendShare(prepared, {
    signal: abort.signal,
    onProgress: (sent) => {
      if (sharing.value.at === 'sending') sharing.value = { at: 'sending', sent };
    },
  });
  const { rememberShare } = await kept();
  await rememberShare({ ...created, title: prepared.request.title, createdAt: new Date().toISOString() });
  await loadMine();
  sharing.value = { at: 'done', share: created };
}

function fail(cause: unknown): void {
  const error = ReverieError.from(cause);
  // Closed in mid-upload: the form is gone too.
  if (sharing.value.at === 'closed') return;
  sharing.value = error.code === 'aborted' ? { at: 'form' } : { at: 'form', error };
}

/** @throws ReverieError; the share then stays in the list. */
export async function deleteMine({ id, deleteKey }: MyShare): Promise<void> {
  const { takeBack } = await import('../sharing/send');
  await takeBack(id, deleteKey);
  await (await kept()).forgetShare(id);
  await loadMine();
}
