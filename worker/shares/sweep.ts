/** The hourly clean-up: shares past their end, pictures that no share counts, and what is kept for a day only. */
import { limits } from '../../shared/limits';
import { dropPictures, endShares } from './store';

/** At most so many rows of each kind an hour, twice what a day's quota brings (`dailyUploadsOfAll`) in a day. */
const batch = 500;

const { orphanMinutes, tombstoneDays } = limits.share;

export async function sweep(env: Env, now = Date.now()): Promise<void> {
  const { DB } = env;
  const expired = await DB.prepare('SELECT id FROM shares WHERE ended_at IS NULL AND expires_at <= ?1 LIMIT ?2')
    .bind(now, batch)
    .all<{ id: string }>();
  await endShares(
    env,
    expired.results.map(({ id }) => id),
    now,
  );

  const orphans = await DB.prepare(
    `SELECT sha256 FROM pictures WHERE stored_at < ?1 AND NOT EXISTS (
       SELECT 1 FROM share_pictures JOIN shares ON shares.id = share_id
       WHERE share_pictures.sha256 = pictures.sha256 AND ended_at IS NULL) LIMIT ?2`,
  )
    .bind(now - orphanMinutes * 60_000, batch)
    .all<{ sha256: string }>();
  await dropPictures(
    env,
    orphans.results.map(({ sha256 }) => sha256),
    now,
  );

  const yesterday = new Date(now - 86_400_000).toISOString().slice(0, 10);
  await DB.batch([
    DB.prepare('DELETE FROM shares WHERE ended_at < ?1').bind(now - tombstoneDays * 86_400_000),
    DB.prepare('DELETE FROM uploads WHERE day < ?1').bind(yesterday),
    DB.prepare('DELETE FROM salts WHERE day < ?1').bind(yesterday),
  ]);
}
