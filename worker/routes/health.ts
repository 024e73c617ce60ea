/** GET /api/health: which version runs, and whether everything that it needs does: the database, the buckets, the sweep. */
import { Hono } from 'hono';
import { version } from '../../package.json';
import { limits } from '../../shared/limits';
import type { Bindings } from '../bindings';
import { methodNotAllowed } from '../errors';
import { Recently } from '../recently';
import { isRestoring } from '../shares/log';
import { recall } from '../shares/sweep';

type Check = 'ok' | 'failed' | 'late' | 'restoring';
type Health = Readonly<Record<'database' | 'pictures' | 'sweep', Check>>;

/** Whoever asks again and again costs nothing more. */
const recent = new Recently<Health>(1, limits.share.recentMs);

export const health = new Hono<Bindings>()
  .get('/', async (c) => {
    const now = Date.now();
    const checks = await recent.read(
      'health',
      now,
      () => check(c.env, now),
      (read) => (isReady(read) ? now + 1e6 : 0),
    );
    c.header('Cache-Control', 'no-store');
    if (isReady(checks)) return c.json({ status: 'ok' as const, version });
    return c.json({ status: 'unready' as const, version, checks }, 503);
  })
  .all('/', methodNotAllowed('GET', 'HEAD'));

const isReady = (checks: Health): boolean => Object.values(checks).every((each) => each === 'ok');

async function check(env: Env, now: number): Promise<Health> {
  const failed = (cause: unknown): 'failed' => {
    console.error(cause);
    return 'failed';
  };
  const [pictures, sweep] = await Promise.all([
    env.MEDIA.head('health').then(() => 'ok' as const, failed),
    checkSweep(env, now).catch(failed),
  ]);
  return { database: sweep === 'failed' ? 'failed' : 'ok', pictures, sweep };
}

async function checkSweep(env: Env, now: number): Promise<Check> {
  const { memory, done } = await recall(env);
  if (await isRestoring(env, done, now)) return 'restoring';
  if (memory.beat > now - limits.share.sweepMinutes * 60_000) return 'ok';
  // Where it never ran, it is late once there is something that it should have seen.
  const oldest = await env.DB.prepare('SELECT min(stored_at) AS at FROM pictures').first<number | null>('at');
  return memory.beat === 0 && (oldest ?? now) > now - limits.share.sweepMinutes * 60_000 ? 'ok' : 'late';
}
