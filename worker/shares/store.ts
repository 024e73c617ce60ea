/**
 * Shares in D1, their pictures in R2 under the hash of their bytes. A share is there when its row is, which one batch
 * writes together with what it counts; pictures are put before, and named in `pictures` before that. Whatever stops an
 * upload in the middle leaves no share, and pictures that nobody counts, which the sweep takes (sweep.ts).
 */
import { ReverieError } from '../../shared/errors';
import { limits } from '../../shared/limits';
import {
  type CreatedShare,
  type DescribedPicture,
  type PublicShare,
  parseShareRequest,
  type SharePicture,
  type ShareRequest,
  sharePaths,
} from '../../shared/share';
import { Recently } from '../recently';
import { hashOfKey, newDeleteKey, newShareId, sameBytes } from './random';
import type { Upload } from './upload';

export interface ShareRow {
  readonly id: string;
  readonly record: string;
  readonly delete_hash: ArrayBuffer | readonly number[];
  readonly created_at: number;
  readonly expires_at: number;
  readonly ended_at: number | null;
  readonly reports: number;
}

const dayMs = 86_400_000;
/** R2 takes so many keys in one delete. */
const deletedAtOnce = 1000;

const { recentKept, recentMs } = limits.share;
/** Shares that can be seen, and until when pictures can be; never that there is none: it may be made the next moment. */
const recentShares = new Recently<Lookup>(recentKept, recentMs);
const recentPictures = new Recently<PictureTerm>(recentKept, recentMs);

export const pictureKey = (sha256: string): string => `i/${sha256}`;

/** @throws ReverieError `share-hash-mismatch`; what D1 and R2 throw: nothing is shared then. */
export async function createShare(env: Env, { request, pictures }: Upload, now = Date.now()): Promise<CreatedShare> {
  const id = newShareId();
  const deleteKey = newDeleteKey();
  const expiresAt = now + request.termDays * dayMs;
  const named = env.DB.prepare(
    `INSERT INTO pictures (sha256, type, stored_at) VALUES (?1, ?2, ?3)
     ON CONFLICT (sha256) DO UPDATE SET stored_at = ?3 WHERE dropping = 0 RETURNING sha256`,
  );
  const names = [...pictures.values()].map(({ described }) => named.bind(described.sha256, described.type, now));
  if ((await env.DB.batch(names)).some(({ results }) => results.length === 0)) {
    throw new ReverieError('unavailable', 'One of the pictures is being cleared away just now. Try again in a moment.');
  }
  await Promise.all([...pictures.values()].map(({ described, bytes }) => putPicture(env, described, bytes)));
  const counts = env.DB.prepare('INSERT INTO share_pictures (sha256, share_id) VALUES (?1, ?2)');
  await env.DB.batch([
    env.DB.prepare(
      'INSERT INTO shares (id, record, delete_hash, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)',
    ).bind(id, JSON.stringify(request), await hashOfKey(deleteKey), now, expiresAt),
    ...[...pictures.keys()].map((sha256) => counts.bind(sha256, id)),
  ]);
  return { id, url: sharePaths.page(id), deleteKey, expiresAt: new Date(expiresAt).toISOString() };
}

async function putPicture({ MEDIA }: Env, { sha256, type }: DescribedPicture, bytes: ArrayBuffer): Promise<void> {
  try {
    await MEDIA.put(pictureKey(sha256), bytes, { sha256, httpMetadata: { contentType: type } });
  } catch (cause) {
    // R2's own number for it, which stands in its message and nowhere else.
    if (!String(cause).includes('(10037)')) throw cause;
    throw new ReverieError('share-hash-mismatch', 'A picture does not have the hash that the share says.', { cause });
  }
}

export type Lookup =
  | { readonly share: PublicShare; readonly state: 'live' | 'reported' }
  | { readonly share: undefined; readonly state: 'missing' | 'gone' };

/** What anyone with the link may know, as it was at most `limits.share.recentMs` ago. */
export function readRecentShare(env: Env, id: string, now = Date.now()): Promise<Lookup> {
  return recentShares.read(
    id,
    now,
    () => readShare(env, id, now),
    ({ share }) => (share ? Date.parse(share.expiresAt) : 0),
  );
}

/** The same as it is now. */
async function readShare({ DB }: Env, id: string, now: number): Promise<Lookup> {
  const row = await rowOf(DB, id);
  if (!row) return { share: undefined, state: 'missing' };
  if (row.ended_at !== null || row.expires_at <= now) return { share: undefined, state: 'gone' };
  const share = publicShare(row);
  return { share, state: share.state };
}

const rowOf = (DB: D1Database, id: string): Promise<ShareRow | null> =>
  DB.prepare('SELECT * FROM shares WHERE id = ?1').bind(id).first<ShareRow>();

function publicShare({ id, record, created_at, expires_at, reports }: ShareRow): PublicShare {
  // Parsed, not cast: rows of earlier versions are migrated with their recipes.
  const { title, language, recipe, result, card, film, run, inputs }: ShareRequest = parseShareRequest(
    JSON.parse(record),
  );
  return {
    ...{ id, title, language, recipe, run },
    result: linkTo(result),
    card: card ? linkTo(card) : null,
    film: film ? { ...film, picture: linkTo(film.picture) } : null,
    inputs: inputs.map((input) => ({ ...input, picture: linkTo(input.picture) })),
    createdAt: new Date(created_at).toISOString(),
    expiresAt: new Date(expires_at).toISOString(),
    state: reports >= limits.share.reportsToCover ? 'reported' : 'live',
  };
}

const linkTo = ({ sha256, type, width, height, bytes, transparent }: DescribedPicture): SharePicture => ({
  url: sharePaths.picture(sha256, type),
  ...{ width, height, type, bytes },
  ...(transparent && { transparent }),
});

/** Deleting again is no error. @throws ReverieError `not-found`, `share-key-wrong` */
export async function deleteShare(env: Env, id: string, key: string, now = Date.now()): Promise<void> {
  const row = await rowOf(env.DB, id);
  if (!row) throw new ReverieError('not-found', 'There is no such share.');
  // D1 hands blobs over as arrays of numbers.
  const kept = Uint8Array.from(new Uint8Array(row.delete_hash as ArrayBuffer)).buffer;
  if (!sameBytes(kept, await hashOfKey(key))) {
    throw new ReverieError('share-key-wrong', 'This key does not delete this share.');
  }
  await endShares(env, [id], now);
}

/** From here on the shares are gone; the pictures that no other share counts go too, now or with the next sweep. */
export async function endShares(env: Env, ids: readonly string[], now: number): Promise<void> {
  if (ids.length === 0) return;
  const list = JSON.stringify(ids);
  try {
    await env.DB.prepare(
      `UPDATE shares SET ended_at = ?2, record = '' WHERE id IN (SELECT value FROM json_each(?1)) AND ended_at IS NULL`,
    )
      .bind(list, now)
      .run();
  } finally {
    // Whatever D1 says: it may have done it all the same.
    recentShares.forget(ids);
  }
  const { results } = await env.DB.prepare(
    'SELECT DISTINCT sha256 FROM share_pictures WHERE share_id IN (SELECT value FROM json_each(?1))',
  )
    .bind(list)
    .all<{ sha256: string }>();
  const hashes = results.map(({ sha256 }) => sha256);
  recentPictures.forget(hashes);
  await dropPictures(env, hashes, now);
}

/**
 * Takes the pictures out that no share counts. Young ones stay for the sweep, unseen: an upload under way may have
 * named them. First they are marked, so that no upload can name them from here on, then the bytes go, then the name:
 * stopped anywhere, the sweep finds the name again.
 */
export async function dropPictures({ DB, MEDIA }: Env, hashes: readonly string[], now: number): Promise<void> {
  if (hashes.length === 0) return;
  const old = now - limits.share.orphanMinutes * 60_000;
  const marked = await DB.prepare(
    `UPDATE pictures SET dropping = 1
     WHERE sha256 IN (SELECT value FROM json_each(?1)) AND stored_at < ?2 AND NOT EXISTS (
       SELECT 1 FROM share_pictures JOIN shares ON shares.id = share_id
       WHERE share_pictures.sha256 = pictures.sha256 AND ended_at IS NULL) RETURNING sha256`,
  )
    .bind(JSON.stringify(hashes), old)
    .all<{ sha256: string }>();
  const dropping = marked.results.map(({ sha256 }) => sha256);
  for (let at = 0; at < dropping.length; at += deletedAtOnce) {
    const some = dropping.slice(at, at + deletedAtOnce);
    await MEDIA.delete(some.map(pictureKey));
    await DB.prepare('DELETE FROM pictures WHERE sha256 IN (SELECT value FROM json_each(?1))')
      .bind(JSON.stringify(some))
      .run();
  }
}

/** The end of the last share that counts a picture; 0 when none does any more, null when none ever did. */
type PictureTerm = number | null;

/** Whether a share counts this picture, once did, or never. Only the first may be seen. */
export async function pictureState(env: Env, sha256: string, now = Date.now()): Promise<'live' | 'gone' | 'missing'> {
  const term = await recentPictures.read(
    sha256,
    now,
    () => readPictureTerm(env, sha256),
    (read) => read ?? 0,
  );
  if (term === null) return 'missing';
  return term > now ? 'live' : 'gone';
}

async function readPictureTerm({ DB }: Env, sha256: string): Promise<PictureTerm> {
  const row = await DB.prepare(
    `SELECT max(CASE WHEN ended_at IS NULL THEN expires_at ELSE 0 END) AS term FROM share_pictures
     JOIN shares ON shares.id = share_id WHERE sha256 = ?1`,
  )
    .bind(sha256)
    .first<{ term: number | null }>();
  return row?.term ?? null;
}

/**
 * Counted once a day for each network, so that one person cannot cover a share alone.
 * @param network as `saltedNetwork` gives it
 * @throws ReverieError `not-found`, `gone`
 */
export async function reportShare(
  env: Env,
  id: string,
  network: string,
  { reason, note }: { readonly reason: string; readonly note: string },
  now = Date.now(),
): Promise<void> {
  const { state } = await readShare(env, id, now);
  if (state === 'missing') throw new ReverieError('not-found', 'There is no such share.');
  if (state === 'gone') throw new ReverieError('gone', 'This share is gone already.');
  const counted = [
    env.DB.prepare(
      'INSERT OR IGNORE INTO reports (share_id, reason, note, created_at, network) VALUES (?1, ?2, ?3, ?4, ?5)',
    ).bind(id, reason, note, now, network),
    env.DB.prepare('UPDATE shares SET reports = (SELECT count(*) FROM reports WHERE share_id = ?1) WHERE id = ?1').bind(
      id,
    ),
  ];
  await env.DB.batch(counted).finally(() => recentShares.forget([id]));
}
