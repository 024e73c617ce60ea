/** Who may write, and how often. Addresses are neither stored nor logged. */
import type { Context, MiddlewareHandler } from 'hono';
import { ReverieError } from '../../shared/errors';
import { limits } from '../../shared/limits';
import type { Bindings } from '../bindings';
import { storageFailed } from '../errors';
import { everybody } from './ledger';
import { addressOf, networkOf, partyOf, providerOf } from './network';
import { hexOf, newSalt } from './random';
import type { Reporter } from './reports';

/** Browsers tell where a request comes from; another site's page may not write here. */
export function sameOriginOnly(): MiddlewareHandler<Bindings> {
  return async function sameOriginOnly(c, next) {
    const site = c.req.header('Sec-Fetch-Site');
    const origin = c.req.header('Origin');
    const foreign = site ? site !== 'same-origin' : origin !== undefined && origin !== new URL(c.req.url).origin;
    if (foreign) throw new ReverieError('origin-refused', 'This is only taken from pages of this server.');
    await next();
  };
}

type Limiter = 'CREATE_LIMIT' | 'CREATE_PARTY_LIMIT' | 'REPORT_LIMIT' | 'READ_LIMIT' | 'MISS_LIMIT';

const keys: Readonly<Record<Limiter, (address: string | undefined) => string>> = {
  CREATE_LIMIT: networkOf,
  CREATE_PARTY_LIMIT: partyOf,
  REPORT_LIMIT: networkOf,
  READ_LIMIT: networkOf,
  MISS_LIMIT: networkOf,
};

/** Counts a request, per network and location, over the period that wrangler.toml says. @throws ReverieError `rate-limited` */
export async function countIn(c: Context<Bindings>, limiter: Limiter): Promise<void> {
  const { success } = await c.env[limiter].limit({ key: keys[limiter](addressOf(c.req)) });
  if (success) return;
  const data = { retryAfter: 60 };
  throw new ReverieError('rate-limited', 'Too many requests from this network. Wait a minute.', { data });
}

export function limited(...limiters: readonly Limiter[]): MiddlewareHandler<Bindings> {
  return async function limited(c, next) {
    for (const limiter of limiters) await countIn(c, limiter);
    await next();
  };
}

export function whileUploadsAreOn(): MiddlewareHandler<Bindings> {
  return async function whileUploadsAreOn(c, next) {
    if (c.env.UPLOADS_ENABLED !== 'true') {
      const data = { retryAfter: 3600 };
      throw new ReverieError('uploads-disabled', 'Sharing is switched off on this server for now.', { data });
    }
    await next();
  };
}

export const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10);

/** The caller's party and provider, hashed with the day's salt: good for counting until tomorrow, and for nothing else. */
export async function hashedReporter(c: Context<Bindings>, now = Date.now()): Promise<Reporter> {
  const salt = await saltOf(c.env.DB, dayOf(now)).catch(storageFailed);
  const address = addressOf(c.req);
  const [party, provider] = await Promise.all([
    salted(salt, partyOf(address)),
    salted(salt, providerOf(address, c.req.raw)),
  ]);
  return { party, provider };
}

/**
 * Counts an upload for its network and its party before it is read: what is refused costs whoever sent it, and once there
 * were too many, not a row more. Everybody's quota counts what is stored (ledger.ts), and the fuller it is, the less one
 * network may still share.
 * @throws ReverieError `rate-limited`
 */
export async function countUpload(c: Context<Bindings>): Promise<void> {
  const { DB } = c.env;
  const { dailyUploads, dailyUploadsOfParty, dailyUploadsOfAll, dailyShares } = limits.share;
  const now = Date.now();
  const day = dayOf(now);
  const refuse = (who: string) => {
    const retryAfter = Math.ceil((Date.parse(day) + 86_400_000 - now) / 1000);
    return new ReverieError('rate-limited', `${who} shared enough for today. Come back tomorrow.`, {
      data: { retryAfter },
    });
  };
  const salt = await saltOf(DB, day).catch(storageFailed);
  const address = addressOf(c.req);
  const party = await salted(salt, `party ${partyOf(address)}`);
  const counted = DB.prepare(
    `INSERT INTO uploads (day, network, count) SELECT ?1, ?2, 1
     WHERE coalesce((SELECT count FROM uploads WHERE day = ?1 AND network = ?4), 0) <= ?5
     ON CONFLICT (day, network) DO UPDATE SET count = count + 1 WHERE count <= ?3 RETURNING count`,
  );
  const [ofParty, own, all] = await DB.batch<{ count: number }>([
    counted.bind(day, party, dailyUploadsOfParty, party, dailyUploadsOfParty),
    counted.bind(day, await salted(salt, networkOf(address)), dailyUploads, party, dailyUploadsOfParty),
    DB.prepare('SELECT count FROM uploads WHERE day = ?1 AND network = ?2').bind(day, everybody),
  ]).catch(storageFailed);
  const shared = all?.results[0]?.count ?? 0;
  // Where nothing was counted any more, there were too many before.
  const of = (result: typeof own) => result?.results[0]?.count ?? Number.POSITIVE_INFINITY;
  if (shared >= dailyUploadsOfAll) throw refuse('The people using this server have');
  const left = dailyShares.find(({ from }) => shared >= from * dailyUploadsOfAll)?.share ?? 1;
  if (of(own) > dailyUploads * left || of(ofParty) > dailyUploadsOfParty * left) throw refuse('This network has');
}

export function withinDailyQuota(): MiddlewareHandler<Bindings> {
  return async function withinDailyQuota(c, next) {
    await countUpload(c);
    await next();
  };
}

async function saltOf(DB: D1Database, day: string): Promise<readonly number[]> {
  const [, row] = await DB.batch<{ salt: readonly number[] }>([
    DB.prepare('INSERT OR IGNORE INTO salts (day, salt) VALUES (?1, ?2)').bind(day, newSalt()),
    DB.prepare('SELECT salt FROM salts WHERE day = ?1').bind(day),
  ]);
  return row?.results[0]?.salt ?? [];
}

async function salted(salt: readonly number[], text: string): Promise<string> {
  const bytes = new Uint8Array([...salt, ...new TextEncoder().encode(text)]);
  return hexOf(await crypto.subtle.digest('SHA-256', bytes)).slice(0, 32);
}
