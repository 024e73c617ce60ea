/** Making a share, and ending one: the steps are protocol.ts's, this says with what. */
import { ReverieError } from '../../shared/errors';
import { type CreatedShare, sharePaths } from '../../shared/share';
import { bucketOf } from './bucket';
import { dayOf } from './guards';
import { ledgerOf } from './ledger';
import { catchUp, doneWith, writeLog } from './log';
import { end, store } from './protocol';
import { deleteKeyOf, hashOfKey, newDeleteKey, newShareId, sameBytes } from './random';
import { forgetShare, rowOf } from './read';
import type { Upload } from './upload';

const dayMs = 86_400_000;

/**
 * @param clientKey makes one share, however often it is sent: whoever lost the answer asks again.
 * @throws ReverieError `share-hash-mismatch`, `gone` when what this key made was deleted; what D1 and R2 throw: nothing is shared then.
 */
export async function createShare(
  env: Env,
  { request, pictures }: Upload,
  clientKey?: string,
  now = Date.now(),
): Promise<CreatedShare> {
  const deleteKey = clientKey === undefined ? newDeleteKey() : await deleteKeyOf(clientKey);
  const deleteHash = await hashOfKey(deleteKey);
  const record = JSON.stringify(request);
  // What is blocked, and which keys were taken back, a database that was restored may have forgotten.
  await catchUp(env, now);
  if (clientKey !== undefined) {
    const made = await sharedBefore(env.DB, deleteHash, record);
    if (made) return { ...made, deleteKey };
  }
  const id = newShareId();
  const expiresAt = now + request.termDays * dayMs;
  const types = new Map([...pictures].map(([sha256, { described }]) => [sha256, described.type] as const));
  const share = {
    id,
    record,
    deleteHash,
    clientKey: clientKey === undefined ? null : deleteHash,
    createdAt: now,
    expiresAt,
    day: dayOf(now),
  };
  const ledger = ledgerOf(env.DB, now, types);
  const outcome = await store(ledger, bucketOf(env, pictures), share, [...pictures.keys()]);
  if (outcome === 'written') return answer(id, expiresAt, deleteKey);
  // Sent twice at once, and the other came first.
  const made = await sharedBefore(env.DB, deleteHash, record);
  if (made) return { ...made, deleteKey };
  throw new ReverieError('unavailable', 'The share was not written. Try again in a moment.');
}

const answer = (id: string, expiresAt: number, deleteKey: string): CreatedShare => ({
  id,
  url: sharePaths.page(id),
  deleteKey,
  expiresAt: new Date(expiresAt).toISOString(),
});

async function sharedBefore(DB: D1Database, deleteHash: ArrayBuffer, record: string) {
  const row = await DB.prepare('SELECT id, record, expires_at, ended_at FROM shares WHERE client_key = ?1')
    .bind(deleteHash)
    .first<{ id: string; record: string; expires_at: number; ended_at: number | null }>();
  if (!row) return undefined;
  if (row.ended_at !== null) throw new ReverieError('gone', 'What was shared with this key was deleted.');
  if (row.record !== record) throw new ReverieError('share-invalid', 'This key has made another share already.');
  return answer(row.id, row.expires_at, '');
}

/** Deleting again is no error. @returns whether the key was right. @throws ReverieError `not-found` */
export async function deleteShare(env: Env, id: string, key: string, now = Date.now()): Promise<boolean> {
  const row = await rowOf(env.DB, id);
  if (!row) throw new ReverieError('not-found', 'There is no such share.');
  // D1 hands blobs over as arrays of numbers.
  const kept = Uint8Array.from(new Uint8Array(row.delete_hash as ArrayBuffer)).buffer;
  if (!sameBytes(kept, await hashOfKey(key))) return false;
  await endShare(env, row, now);
  return true;
}

/**
 * Takes back whatever a client's key has made, or is about to: for whoever was cut off from the answer and does not want
 * the share any more. An upload that is still under way with this key makes nothing from here on.
 * @param count of what would be kept for a key that has made nothing yet; it may refuse
 */
export async function revokeKey(
  env: Env,
  clientKey: string,
  count: () => Promise<void>,
  now = Date.now(),
): Promise<void> {
  const hash = await hashOfKey(await deleteKeyOf(clientKey));
  const made = () => env.DB.prepare('SELECT id, ended_at FROM shares WHERE client_key = ?1').bind(hash).first<Ending>();
  let row = await made();
  if (!row) {
    await count();
    await env.DB.prepare(
      `INSERT INTO shares (id, record, delete_hash, client_key, created_at, expires_at, ended_at)
       VALUES (?1, '', ?2, ?2, ?3, ?3, ?3) ON CONFLICT (client_key) WHERE client_key IS NOT NULL DO NOTHING`,
    )
      .bind(newShareId(), hash, now)
      .run();
    // Unless an upload was quicker.
    row = await made();
    if (row && row.ended_at !== null) return;
  }
  // Again, too: what the first try left undone is finished.
  if (row) await endShare(env, row, now);
}

interface Ending {
  readonly id: string;
  readonly ended_at: number | null;
}

async function endShare(env: Env, { id, ended_at }: Ending, now: number): Promise<void> {
  await catchUp(env, now);
  // What has ended was written down before it did, or was to end then: asking again and again adds nothing.
  const entry = ended_at === null ? await writeLog(env, now, 'end', id) : undefined;
  try {
    await end(ledgerOf(env.DB, now), bucketOf(env), [id]);
    if (entry) await doneWith(env.DB, entry).run();
  } finally {
    // Whatever D1 says: it may have done it all the same.
    forgetShare(id);
  }
}
