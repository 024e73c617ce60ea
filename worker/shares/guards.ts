/** Who may write, and how often. Addresses are neither stored nor logged. */
import type { Context, MiddlewareHandler } from 'hono';
import { ReverieError } from '../../shared/errors';
import { limits } from '../../shared/limits';
import type { Bindings } from '../bindings';
import { storageFailed } from '../errors';
import { hexOf, newSalt } from './random';

/**
 * The part of an address that one household or office shares: IPv4 /24, IPv6 /48. Whole addresses would be the wrong
 * key: carriers put thousands of people behind one, and an IPv6 customer has 2⁸⁰.
 */
export function networkOf(address: string | undefined): string {
  if (!address) return 'local';
  if (!address.includes(':')) return address.split('.').slice(0, 3).join('.');
  const [head = '', tail] = address.split('::');
  const before = head.split(':').filter(Boolean);
  const after = tail?.split(':').filter(Boolean) ?? [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return groups
    .slice(0, 3)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':');
}

const networkOfRequest = (request: { header(name: string): string | undefined }) =>
  networkOf(request.header('CF-Connecting-IP'));

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

type Limiter = 'CREATE_LIMIT' | 'REPORT_LIMIT' | 'READ_LIMIT';

/** Per network and location, over the period that wrangler.toml says. @throws ReverieError `rate-limited` */
export function limited(limiter: Limiter): MiddlewareHandler<Bindings> {
  return async function limited(c, next) {
    const { success } = await c.env[limiter].limit({ key: networkOfRequest(c.req) });
    if (!success) {
      const data = { retryAfter: 60 };
      throw new ReverieError('rate-limited', 'Too many requests from this network. Wait a minute.', { data });
    }
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

const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10);

/** The caller's network, hashed with the day's salt: good for counting until tomorrow, and for nothing else. */
export function hashedNetwork(c: Context<Bindings>, now = Date.now()): Promise<string> {
  return saltedNetwork(c.env.DB, dayOf(now), networkOfRequest(c.req)).catch(storageFailed);
}

/** No hash is this short. */
const everybody = '*';

/** Counts an upload. @throws ReverieError `rate-limited` once a network, or everybody together, has had the day's share. */
export function withinDailyQuota(): MiddlewareHandler<Bindings> {
  return async function withinDailyQuota(c, next) {
    const now = Date.now();
    const day = dayOf(now);
    const network = await hashedNetwork(c, now);
    const counted = c.env.DB.prepare(
      `INSERT INTO uploads (day, network, count) VALUES (?1, ?2, 1)
       ON CONFLICT (day, network) DO UPDATE SET count = count + 1 RETURNING count`,
    );
    const refuse = (who: string) => {
      const untilMidnight = Math.ceil((Date.parse(day) + 86_400_000 - now) / 1000);
      return new ReverieError('rate-limited', `${who} shared enough for today. Come back tomorrow.`, {
        data: { retryAfter: untilMidnight },
      });
    };
    // One after the other: a network above its quota takes nothing from everybody's.
    const own = await counted.bind(day, network).first<number>('count').catch(storageFailed);
    if ((own ?? 0) > limits.share.dailyUploads) throw refuse('This network has');
    const all = await counted.bind(day, everybody).first<number>('count').catch(storageFailed);
    if ((all ?? 0) > limits.share.dailyUploadsOfAll) throw refuse('The people using this server have');
    await next();
  };
}

async function saltedNetwork(DB: D1Database, day: string, network: string): Promise<string> {
  await DB.prepare('INSERT OR IGNORE INTO salts (day, salt) VALUES (?1, ?2)').bind(day, newSalt()).run();
  const row = await DB.prepare('SELECT salt FROM salts WHERE day = ?1').bind(day).first<{ salt: readonly number[] }>();
  const salted = new Uint8Array([...(row?.salt ?? []), ...new TextEncoder().encode(network)]);
  return hexOf(await crypto.subtle.digest('SHA-256', salted)).slice(0, 32);
}
