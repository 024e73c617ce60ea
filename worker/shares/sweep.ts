/**
 * The clean-up, every few minutes: shares past their end, pictures that nobody counts, bytes that nobody knows of, and what
 * is kept for a day only. First it does again what the log tells of the last hour, or since a backup (log.ts).
 */
import { limits } from '../../shared/limits';
import { count } from '../metrics';
import { bucketOf, keysAtOnce } from './bucket';
import { ledgerOf } from './ledger';
import { forgetLog, lastDone, replayLog } from './log';
import { clean, keyOf, type PictureName, reconcile } from './protocol';
import { forgetShare } from './read';

/** Rounds of a thousand pictures in one sweep: within the free plan's queries and its CPU time. */
const rounds = 4;
const endedAtOnce = 1000;

const { tombstoneDays } = limits.share;
const dayMs = 86_400_000;

/** What the sweep remembers, by name: `sweeps` in the database. */
export interface Memory {
  /** When it last ran to its end. */
  beat: number;
  /** How far the bucket has been compared, and what was found since its beginning. */
  cursor: string;
  strays: number;
  missing: number;
  /** The last whole comparison of bucket and database: when, bytes without a name, shares without their bytes. */
  compared: { readonly at: number; readonly strays: number; readonly missing: number } | null;
}

const nothing: Memory = { beat: 0, cursor: '', strays: 0, missing: 0, compared: null };

/** @returns what it remembers, and how much of the log the database has done */
export async function recall({ DB }: Env): Promise<{ readonly memory: Memory; readonly done: string }> {
  const row = await DB.prepare(
    `SELECT (SELECT value FROM sweeps WHERE name = 'memory') AS memory, ${lastDone} AS done`,
  ).first<{ memory: string | null; done: string }>();
  return { memory: { ...nothing, ...(JSON.parse(row?.memory ?? '{}') as Partial<Memory>) }, done: row?.done ?? '' };
}

export async function sweep(env: Env, now = Date.now()): Promise<void> {
  const { DB } = env;
  const { memory, done } = await recall(env);
  await replayLog(env, now, done);
  forgetShare();
  await DB.prepare(
    `UPDATE shares SET ended_at = ?1, record = '' WHERE id IN (
       SELECT id FROM shares WHERE ended_at IS NULL AND expires_at <= ?1 LIMIT ?2)`,
  )
    .bind(now, endedAtOnce)
    .run();
  const ledger = ledgerOf(DB, now);
  const bucket = bucketOf(env);
  let taken = 0;
  for (let round = 0; round < rounds; round++) {
    const some = await clean(ledger, bucket, keysAtOnce);
    taken += some;
    if (some < keysAtOnce) break;
  }
  await compare(env, memory, now);
  const yesterday = new Date(now - dayMs).toISOString().slice(0, 10);
  memory.beat = now;
  await DB.batch([
    DB.prepare('DELETE FROM shares WHERE ended_at < ?1').bind(now - tombstoneDays * dayMs),
    DB.prepare('DELETE FROM uploads WHERE day < ?1').bind(yesterday),
    DB.prepare('DELETE FROM salts WHERE day < ?1').bind(yesterday),
    DB.prepare("INSERT OR REPLACE INTO sweeps (name, value) VALUES ('memory', ?1)").bind(JSON.stringify(memory)),
  ]);
  await forgetLog(env, now);
  count(env, 'sweep', String(taken), taken, memory.strays + memory.missing);
  // Whoever watches it misses the call when the sweep no longer runs, or no longer to its end.
  if (env.HEARTBEAT_URL) await fetch(env.HEARTBEAT_URL, { method: 'POST' }).catch(console.error);
}

/** A page of the bucket against the database, in both directions; a thousand pictures each time, and then from the start. */
async function compare(env: Env, memory: Memory, now: number): Promise<void> {
  const { listed, strays } = await reconcile(ledgerOf(env.DB, now), bucketOf(env), memory.cursor, keysAtOnce);
  const last = listed.length < keysAtOnce ? undefined : listed.at(-1);
  memory.strays += strays.length;
  memory.missing += await countMissing(env, listed, memory.cursor.slice(2, 66), last?.sha256 ?? 'g');
  if (last) {
    memory.cursor = keyOf(last);
    return;
  }
  memory.compared = { at: now, strays: memory.strays, missing: memory.missing };
  if (memory.missing > 0) console.error(`${memory.missing} pictures of shares are not in the bucket.`);
  Object.assign(memory, { cursor: '', strays: 0, missing: 0 });
}

/** Pictures between these hashes that a share counts and the bucket lacks: none, unless somebody deleted them by hand. */
async function countMissing(
  { DB, MEDIA }: Env,
  listed: readonly PictureName[],
  from: string,
  to: string,
): Promise<number> {
  const { results } = await DB.prepare(
    `SELECT sha256, generation FROM pictures WHERE sha256 > ?2 AND sha256 < ?3
       AND EXISTS (SELECT 1 FROM share_pictures JOIN shares ON shares.id = share_id
         WHERE share_pictures.sha256 = pictures.sha256 AND ended_at IS NULL)
       AND NOT EXISTS (SELECT 1 FROM json_each(?1) WHERE value = pictures.sha256 || pictures.generation) LIMIT 20`,
  )
    .bind(JSON.stringify(listed.map(({ sha256, generation }) => sha256 + generation)), from, to)
    .all<PictureName>();
  // Those that were shared after the bucket was listed are there.
  const there = await Promise.all(results.map((name) => MEDIA.head(keyOf(name))));
  return there.filter((object) => object === null).length;
}
