/**
 * What must outlive a restore of the database: deletions and takedowns, each an object of a bucket of its own, whose key says when,
 * what and of whom. Replayed in the order of their keys they bring an older database up to date. The database keeps the key of
 * the last entry that it has done, which is read with every share: one that is older than the log is never believed.
 */
import { ReverieError } from '../../shared/errors';
import { limits } from '../../shared/limits';
import { logFrom, logKey, markDone, prefix, timeOf, type Verb, verbs } from './logKeys';

/** Written before what it tells of is done: what was promised to the owner holds even if the rest has to be tried again. @returns its key */
export async function writeLog({ LOG }: Env, at: number, verb: Verb, subject: string): Promise<string> {
  const key = logKey(at, verb, subject);
  await LOG.put(key, '');
  return key;
}

/** What it tells of is done. */
export const doneWith = (DB: D1Database, key: string): D1PreparedStatement => DB.prepare(markDone).bind(key);

/** The last entry that the database has done: to be read with what is shown. */
export const lastDone = "coalesce((SELECT value FROM sweeps WHERE name = 'log'), '')";

/** What an isolate has seen. */
interface Seen {
  /** The last entry that a database had done. */
  last: string;
  /** Whether the log was looked at. */
  isSure: boolean;
}
const here: Seen = { last: '', isSure: false };

/**
 * Does what the log tells and the database does not know of: at an isolate's start, and where the database knows less than it
 * did. Every deletion asks this before it adds to the log, so that what is missing before it shows.
 * @param done as the database says it @returns whether what was read with it may be believed; else it is to be read again
 */
export async function followLog(env: Env, done: string, now: number, seen = here): Promise<boolean> {
  const isOlder = done < seen.last;
  if (seen.isSure && !isOlder) {
    seen.last = done;
    return true;
  }
  const isBehind = isOlder || (await isThereMore(env, done));
  if (isBehind) {
    await replayLog(env, now, done);
    await doneWith(env.DB, seen.last).run();
  }
  Object.assign(seen, { last: isOlder ? seen.last : done, isSure: true });
  return !isBehind;
}

/** The same for whoever has not asked the database yet. */
export async function catchUp(env: Env, now: number): Promise<void> {
  const done = await env.DB.prepare(`SELECT ${lastDone} AS done`).first<string>('done');
  await followLog(env, done ?? '', now);
}

async function isThereMore({ LOG }: Env, done: string, until = '~'): Promise<boolean> {
  const { objects } = await LOG.list({ prefix, startAfter: done || prefix, limit: 1 });
  return objects.some(({ key }) => key < until);
}

/** Whether the log has told for a minute what the database has not done. */
export function isRestoring(env: Env, done: string, now: number): Promise<boolean> {
  return isThereMore(env, done, logFrom(now - 60_000));
}

const entry = new RegExp(`^${prefix}\\d{15}/(${verbs.join('|')})/([\\w-]+)$`);
const those = 'IN (SELECT value FROM json_each(?1))';

/** What each verb does to the database, all subjects at once. */
const effects: Readonly<Record<Verb, string>> = {
  end: `UPDATE shares SET ended_at = ?2, record = '' WHERE id ${those} AND ended_at IS NULL`,
  hide: `UPDATE shares SET hidden_at = ?2 WHERE id ${those}`,
  restore: `UPDATE shares SET hidden_at = NULL, cleared_at = ?2 WHERE id ${those}`,
  clear: `UPDATE shares SET cleared_at = ?2 WHERE id ${those}`,
  block: `INSERT OR IGNORE INTO blocked (sha256, reason, since) SELECT value, 'replayed', ?2 FROM json_each(?1)`,
  unblock: `DELETE FROM blocked WHERE sha256 ${those} AND ?2 > 0`,
};

/** Entries come in the order of their clocks, and are done in another: so much earlier a replay begins. */
const marginMs = 3_600_000;
/** A thousand entries each. */
const mostPages = 20;

/**
 * Does again what the log tells from shortly before `done` on; twice changes nothing. Whoever stopped it on its way, it goes on.
 * @throws ReverieError `unavailable` where there is more than one call can do
 */
export async function replayLog({ LOG, DB }: Env, now: number, done: string): Promise<void> {
  let after = logFrom(timeOf(done) - marginMs);
  for (let page = 0; page < mostPages; page++) {
    const { objects, truncated } = await LOG.list({ prefix, startAfter: after });
    // Neighbours of one verb together: their order among each other is of no matter.
    const groups: { verb: Verb; subjects: string[] }[] = [];
    for (const { key } of objects) {
      const [, verb, subject = ''] = entry.exec(key) ?? [];
      if (!verb) continue;
      const last = groups.at(-1);
      if (last?.verb === verb) last.subjects.push(subject);
      else groups.push({ verb: verb as Verb, subjects: [subject] });
    }
    after = objects.at(-1)?.key ?? after;
    if (objects.length > 0) {
      const doing = groups.map(({ verb, subjects }) => DB.prepare(effects[verb]).bind(JSON.stringify(subjects), now));
      await DB.batch([...doing, doneWith(DB, after)]);
    }
    if (!truncated) return;
  }
  throw new ReverieError('unavailable', 'The database is being restored. Try again in a moment.');
}

/** Entries that no restore can need any more are taken out, some at a time. */
export async function forgetLog({ LOG }: Env, now: number): Promise<void> {
  const { objects } = await LOG.list({ prefix, limit: 1000 });
  const old = logFrom(now - limits.share.logDays * 86_400_000);
  const keys = objects.map(({ key }) => key).filter((key) => key < old);
  if (keys.length > 0) await LOG.delete(keys);
}
