/**
 * What must outlive a restore of the database: deletions and takedowns, each an empty object of a bucket of its own, whose key says when,
 * what and of whom. Replayed in the order of their keys they bring an older database up to date (sweep.ts).
 */
import { limits } from '../../shared/limits';
import { logFrom, logKey, prefix, type Verb, verbs } from './logKeys';

/** Written before what it tells of is done: what was promised to the owner holds even if the rest has to be tried again. */
export async function writeLog({ LOG }: Env, at: number, verb: Verb, subject: string): Promise<void> {
  await LOG.put(logKey(at, verb, subject), '');
}

const entry = new RegExp(`^${prefix}\\d{15}/(${verbs.join('|')})/([\\w-]+)$`);

/** What each verb does to the database, all subjects at once. */
const effects: Readonly<Record<Verb, string>> = {
  end: `UPDATE shares SET ended_at = ?2, record = '' WHERE id IN (SELECT value FROM json_each(?1)) AND ended_at IS NULL`,
  hide: 'UPDATE shares SET hidden_at = ?2 WHERE id IN (SELECT value FROM json_each(?1))',
  restore: 'UPDATE shares SET hidden_at = NULL, cleared_at = ?2 WHERE id IN (SELECT value FROM json_each(?1))',
  clear: 'UPDATE shares SET cleared_at = ?2 WHERE id IN (SELECT value FROM json_each(?1))',
  block: `INSERT OR IGNORE INTO blocked (sha256, reason, since) SELECT value, 'replayed', ?2 FROM json_each(?1)`,
  unblock: 'DELETE FROM blocked WHERE sha256 IN (SELECT value FROM json_each(?1)) AND ?2 > 0',
};

/** Does again what the log tells from `since` on; doing it twice changes nothing. @returns whether the end was reached, and where to go on. */
export async function replayLog(
  { LOG, DB }: Env,
  now: number,
  after: string,
): Promise<{ readonly done: boolean; readonly after: string; readonly entries: number }> {
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
  if (groups.length > 0) {
    await DB.batch(groups.map(({ verb, subjects }) => DB.prepare(effects[verb]).bind(JSON.stringify(subjects), now)));
  }
  return { done: !truncated, after: objects.at(-1)?.key ?? after, entries: objects.length };
}

/** Entries that no restore can need any more are taken out, some at a time. */
export async function forgetLog({ LOG }: Env, now: number): Promise<void> {
  const { objects } = await LOG.list({ prefix, limit: 1000 });
  const old = logFrom(now - limits.share.logDays * 86_400_000);
  const keys = objects.map(({ key }) => key).filter((key) => key < old);
  if (keys.length > 0) await LOG.delete(keys);
}
