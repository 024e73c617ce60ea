/** What this page asks of the edge's interface. */
import { ReverieError } from '../../shared/errors';
import { type reportReasons, sharePaths } from '../../shared/share';

/** @throws ReverieError what the edge answers; `network-failed` when it does not. */
async function ask(path: string, init: RequestInit): Promise<void> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (cause) {
    throw new ReverieError('network-failed', 'The server could not be reached. Try again.', { cause });
  }
  if (response.ok) return;
  throw ReverieError.fromAnswer(await response.json().catch(() => null), response.status);
}

export const removeShare = (id: string, key: string): Promise<void> =>
  ask(sharePaths.record(id), { method: 'DELETE', headers: { Authorization: `Bearer ${key}` } });

export const reportShare = (id: string, reason: (typeof reportReasons)[number], note: string): Promise<void> =>
  ask(sharePaths.reports(id), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ reason, note }),
  });
