/** The ledger of shares and pictures in D1: every method is one statement or one batch, which D1 runs as a transaction. */
import { ReverieError } from '../../shared/errors';
import { limits } from '../../shared/limits';
import type { Ledger, PictureName } from './protocol';
import { newGeneration } from './random';

export interface NewShare {
  readonly id: string;
  readonly record: string;
  readonly deleteHash: ArrayBuffer;
  /** Hash of the key that its client made, of which no second share is made. */
  readonly clientKey: ArrayBuffer | null;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Types of its pictures by hash. */
  readonly types: ReadonlyMap<string, string>;
  /** The day whose quota it counts in. */
  readonly day: string;
}

/** Whose network is counted for everybody; no hash is this short. */
export const everybody = '*';

const uncounted = `NOT EXISTS (SELECT 1 FROM share_pictures JOIN shares ON shares.id = share_id
  WHERE share_pictures.sha256 = pictures.sha256 AND ended_at IS NULL)`;
const ids = 'SELECT value FROM json_each(?1)';
const picturesOfShares = `SELECT sha256 FROM share_pictures WHERE share_id IN (${ids})`;
const pairs = `SELECT value ->> 'sha256' AS sha256, value ->> 'generation' AS generation FROM json_each(?1)`;

/** @param types of the pictures that are named, by hash. */
export function ledgerOf(DB: D1Database, now: number, types: ReadonlyMap<string, string> = new Map()) {
  return {
    async name(hashes) {
      const named = DB.prepare(
        `INSERT INTO pictures (sha256, type, stored_at, generation) SELECT ?1, ?2, ?3, ?4
         WHERE NOT EXISTS (SELECT 1 FROM blocked WHERE sha256 = ?1)
         ON CONFLICT (sha256) DO UPDATE SET type = type RETURNING sha256, generation`,
      );
      const statements = hashes.map((sha256) => named.bind(sha256, types.get(sha256) ?? '', now, newGeneration()));
      const names = (await DB.batch<PictureName>(statements)).flatMap(({ results }) => results);
      if (names.length === hashes.length) return names;
      throw new ReverieError('share-picture-refused', 'One of the pictures was taken down, and is not taken again.');
    },
    async commit(share, names) {
      const { id, record, deleteHash, clientKey, createdAt, expiresAt, day } = share;
      const list = JSON.stringify(names);
      const written = `EXISTS (SELECT 1 FROM shares WHERE id = ?2)`;
      const [inserted, , , known] = await DB.batch([
        DB.prepare(
          `INSERT INTO shares (id, record, delete_hash, created_at, expires_at, client_key) SELECT ?2, ?3, ?4, ?5, ?6, ?7
           WHERE (SELECT count(*) FROM (${pairs}) JOIN pictures USING (sha256, generation)) = json_array_length(?1)
           ON CONFLICT DO NOTHING`,
        ).bind(list, id, record, deleteHash, createdAt, expiresAt, clientKey),
        DB.prepare(
          `INSERT INTO share_pictures (sha256, share_id) SELECT sha256, ?2 FROM (${pairs}) WHERE ${written}`,
        ).bind(list, id),
        DB.prepare(
          `INSERT INTO uploads (day, network, count) SELECT ?1, '${everybody}', 1 WHERE ${written}
           ON CONFLICT (day, network) DO UPDATE SET count = count + 1`,
        ).bind(day, id),
        DB.prepare('SELECT 1 FROM shares WHERE client_key = ?1').bind(clientKey),
      ]);
      if (inserted?.meta.changes) return 'written';
      return known?.results.length ? 'known' : 'unnamed';
    },
    async end(shares) {
      await DB.prepare(`UPDATE shares SET ended_at = ?2, record = '' WHERE id IN (${ids}) AND ended_at IS NULL`)
        .bind(JSON.stringify(shares), now)
        .run();
    },
    async release(shares) {
      const list = JSON.stringify(shares);
      const [, given] = await DB.batch<PictureName>([
        DB.prepare(`DELETE FROM pictures WHERE sha256 IN (${picturesOfShares}) AND ${uncounted}`).bind(list),
        DB.prepare(`SELECT sha256, generation FROM drops WHERE sha256 IN (${picturesOfShares})`).bind(list),
      ]);
      return given?.results ?? [];
    },
    async releaseOrphans(most) {
      const old = now - limits.share.orphanMinutes * 60_000;
      const [, given] = await DB.batch<PictureName>([
        DB.prepare(
          `DELETE FROM pictures WHERE sha256 IN (
             SELECT sha256 FROM pictures WHERE stored_at < ?1 AND ${uncounted} LIMIT ?2)`,
        ).bind(old, most),
        DB.prepare('SELECT sha256, generation FROM drops LIMIT ?1').bind(most),
      ]);
      return given?.results ?? [];
    },
    async forget(names) {
      await DB.prepare(`DELETE FROM drops WHERE (sha256, generation) IN (${pairs})`).bind(JSON.stringify(names)).run();
    },
    async unknown(names) {
      const { results } = await DB.prepare(
        `SELECT * FROM (${pairs}) AS given WHERE NOT EXISTS (
           SELECT 1 FROM pictures WHERE sha256 = given.sha256 AND generation = given.generation)`,
      )
        .bind(JSON.stringify(names))
        .all<PictureName>();
      return results;
    },
  } satisfies Ledger<NewShare>;
}
