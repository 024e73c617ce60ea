/** Reports: what several parties say on one day covers a share, until an operator has looked at it. */
import { ReverieError } from '../../shared/errors';
import { forgetShare, readShare } from './read';

/** Hashes, as `hashedReporter` gives them. */
export interface Reporter {
  readonly party: string;
  readonly provider: string;
}

/**
 * One party counts once a day, and only those of one day count together: the salt by which a party is known lives no
 * longer, and who comes back every day is still one party. Neither several parts of the address space make several of one
 * provider's customers, nor several providers of one part.
 * @throws ReverieError `not-found`, `gone`
 */
export async function reportShare(
  env: Env,
  id: string,
  { party, provider }: Reporter,
  { reason, note }: { readonly reason: string; readonly note: string },
  now = Date.now(),
): Promise<void> {
  const { state } = await readShare(env, id, now);
  if (state === 'missing') throw new ReverieError('not-found', 'There is no such share.');
  if (state === 'gone') throw new ReverieError('gone', 'This share is gone already.');
  await env.DB.batch([
    env.DB.prepare(
      'INSERT OR IGNORE INTO reports (share_id, reason, note, created_at, network, provider) VALUES (?1, ?2, ?3, ?4, ?5, ?6)',
    ).bind(id, reason, note, now, party, provider),
    env.DB.prepare(
      `UPDATE shares SET reports = (SELECT coalesce(max(parties), 0) FROM (
         SELECT min(count(DISTINCT network), count(DISTINCT provider)) AS parties FROM reports WHERE share_id = ?1 GROUP BY created_at / 86400000)) WHERE id = ?1`,
    ).bind(id),
  ]).finally(() => forgetShare(id));
}
