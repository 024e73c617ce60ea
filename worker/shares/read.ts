/** What may be known of a share, and which pictures may be seen. */
import { backendNames } from '../../shared/backends';
import { limits } from '../../shared/limits';
import {
  type DescribedPicture,
  type PublicShare,
  readShareRecord,
  type SharePicture,
  sharePaths,
} from '../../shared/share';
import { Recently } from '../recently';
import { followLog, lastDone } from './log';

export interface ShareRow {
  readonly id: string;
  readonly record: string;
  readonly delete_hash: ArrayBuffer | readonly number[];
  readonly created_at: number;
  readonly expires_at: number;
  readonly ended_at: number | null;
  readonly reports: number;
  readonly hidden_at: number | null;
  readonly cleared_at: number | null;
  /** How much of the log the database knows. */
  readonly done: string;
}

const { recentKept, recentMs } = limits.share;
/** Shares that can be seen, and until when pictures can be; never that there is none: it may be made the next moment. */
const recentShares = new Recently<Lookup>(recentKept, recentMs);
const recentPictures = new Recently<PictureTerm>(recentKept, recentMs);

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
export async function readShare(env: Env, id: string, now: number): Promise<Lookup> {
  const row = await rowOf(env.DB, id);
  if (row && !(await isCurrent(env, row.done, now))) return readShare(env, id, now);
  if (!row) return { share: undefined, state: 'missing' };
  if (row.ended_at !== null || row.hidden_at !== null || row.expires_at <= now)
    return { share: undefined, state: 'gone' };
  const share = publicShare(row);
  return share ? { share, state: share.state } : { share: undefined, state: 'missing' };
}

/** Whether the database that said so was not an older one; if it was, it is none any more. */
async function isCurrent(env: Env, done: string, now: number): Promise<boolean> {
  const isBelieved = await followLog(env, done, now);
  if (!isBelieved) forgetShare();
  return isBelieved;
}

export const rowOf = (DB: D1Database, id: string): Promise<ShareRow | null> =>
  DB.prepare(`SELECT *, ${lastDone} AS done FROM shares WHERE id = ?1`).bind(id).first<ShareRow>();

/** Whether reports have covered it: not once an operator has looked. */
export const isCovered = ({ reports, cleared_at }: Pick<ShareRow, 'reports' | 'cleared_at'>): boolean =>
  reports >= limits.share.reportsToCover && cleared_at === null;

/** Undefined for a record that no Reverie can have written: what is not known to be harmless is not shown. */
function publicShare(row: ShareRow): PublicShare | undefined {
  const { id, record, created_at, expires_at } = row;
  const read = readShareRecord(record);
  if (!read) return undefined;
  const { title, language, recipe, result, card, film, run, inputs } = read;
  return {
    id,
    title,
    language,
    recipe,
    run: { ...run, backend: backendNames.find((name) => name === run.backend) ?? 'other' },
    result: linkTo(result),
    card: card ? linkTo(card) : null,
    film: film ? { ...film, picture: linkTo(film.picture) } : null,
    inputs: inputs.map((input) => ({ ...input, picture: linkTo(input.picture) })),
    createdAt: new Date(created_at).toISOString(),
    expiresAt: new Date(expires_at).toISOString(),
    state: isCovered(row) ? 'reported' : 'live',
  };
}

const linkTo = ({ sha256, type, width, height, bytes, transparent }: DescribedPicture): SharePicture => ({
  url: sharePaths.picture(sha256, type),
  width,
  height,
  type,
  bytes,
  ...(transparent && { transparent }),
});

/** Of a picture: until when a share lets it be seen (0: none does any more), and under which generation it lies. */
interface PictureTerm {
  readonly until: number;
  readonly generation: string;
}

export type PictureState =
  | { readonly state: 'live'; readonly generation: string }
  | { readonly state: 'gone' | 'missing' };

/**
 * Whether a share counts this picture, once did, or never. Only the first may be seen.
 * @param anew whatever is at hand: it was not where that says.
 */
export async function pictureState(env: Env, sha256: string, anew = false, now = Date.now()): Promise<PictureState> {
  if (anew) recentPictures.forget([sha256]);
  const read = () => readPictureTerm(env, sha256, now);
  const { until, generation } = await recentPictures.read(sha256, now, read, (term) => term.until);
  if (until > now) return { state: 'live', generation };
  return { state: until === 0 ? 'missing' : 'gone' };
}

/** Whether a picture is at hand, so that asking for it costs no look into the database. */
export const isAtHand = (sha256: string, now = Date.now()): boolean => recentPictures.has(sha256, now);

async function readPictureTerm(env: Env, sha256: string, now: number): Promise<PictureTerm> {
  const row = await env.DB.prepare(
    `SELECT max(CASE WHEN ended_at IS NULL AND hidden_at IS NULL THEN expires_at ELSE 1 END) AS until,
       (SELECT generation FROM pictures WHERE sha256 = ?1) AS generation, ${lastDone} AS done
     FROM share_pictures JOIN shares ON shares.id = share_id WHERE sha256 = ?1`,
  )
    .bind(sha256)
    .first<{ until: number | null; generation: string | null; done: string }>();
  if (row?.until && !(await isCurrent(env, row.done, now))) return readPictureTerm(env, sha256, now);
  return { until: row?.until ?? 0, generation: row?.generation ?? '' };
}

/** For whoever has changed a share, or any of them: here they are others at once, elsewhere soon. */
export function forgetShare(id?: string): void {
  recentShares.forget(id === undefined ? undefined : [id]);
  // Which are its pictures only the database knows, and it may be what has just failed.
  recentPictures.forget();
}
