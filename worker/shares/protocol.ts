/**
 * How pictures come and go, over a ledger (D1) and a bucket (R2) that have no step in common. Any process may stop
 * anywhere, for ever or for a while, and any step may fail with or without having been done:
 *
 * - bytes lie under a key that is never used again once it was given up: a late deletion finds nothing that is counted;
 * - a share is written in one step with the check that the names of its pictures still stand;
 * - a name goes in one step with its key coming on the list of what to delete;
 * - what was put under a key that was given up before is found by listing the bucket (`reconcile`).
 *
 * test/unit/edge/protocol.test.ts runs this very code through all interleavings.
 */
import { ReverieError } from '../../shared/errors';

/** Of a picture: the hash of its bytes, and which life of theirs this is. */
export interface PictureName {
  readonly sha256: string;
  readonly generation: string;
}

export const keyOf = ({ sha256, generation }: PictureName): string =>
  generation ? `i/${sha256}/${generation}` : `i/${sha256}`;

/** @returns undefined for a key of something else. */
export function nameOf(key: string): PictureName | undefined {
  const [, sha256, generation = ''] = /^i\/([0-9a-f]{64})(?:\/([\w-]+))?$/.exec(key) ?? [];
  return sha256 ? { sha256, generation } : undefined;
}

/** Every method is one step: done whole or not at all, whatever else happens at the time. */
export interface Ledger<Share> {
  /** The names in force; a picture that has none gets one. @throws ReverieError for bytes that are blocked. */
  name(hashes: readonly string[]): Promise<readonly PictureName[]>;
  /** Writes the share and counts its pictures, if all these names stand and the client's key has made no other. */
  commit(share: Share, names: readonly PictureName[]): Promise<'written' | 'known' | 'unnamed'>;
  /** Ends shares; their pictures are counted no more. */
  end(ids: readonly string[]): Promise<void>;
  /** Gives up the names of these shares' pictures that nobody counts. @returns them, and such as were given up before. */
  release(ids: readonly string[]): Promise<readonly PictureName[]>;
  /** The same of pictures that nobody has counted for an hour: an upload under way may be about to. */
  releaseOrphans(most: number): Promise<readonly PictureName[]>;
  /** For whoever has deleted their bytes. */
  forget(names: readonly PictureName[]): Promise<void>;
  /** Those of the names that stand for nothing. */
  unknown(names: readonly PictureName[]): Promise<readonly PictureName[]>;
}

export interface Bucket {
  put(name: PictureName): Promise<void>;
  delete(names: readonly PictureName[]): Promise<void>;
  /** In the order of their keys. */
  list(after: string, most: number): Promise<readonly PictureName[]>;
}

/** A picture can be deleted between its naming and its counting; three times in a row, something else is wrong. */
const attempts = 3;

/** @returns whether this share was written, or one by the same key before. @throws ReverieError `unavailable`, what the storage throws. */
export async function store<Share>(
  ledger: Ledger<Share>,
  bucket: Bucket,
  share: Share,
  hashes: readonly string[],
): Promise<'written' | 'known'> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const names = await ledger.name(hashes);
    await Promise.all(names.map((name) => bucket.put(name)));
    const outcome = await ledger.commit(share, names);
    if (outcome !== 'unnamed') return outcome;
  }
  throw new ReverieError('unavailable', 'One of the pictures was deleted meanwhile. Try again in a moment.');
}

/** Ends shares, and deletes the bytes that no other share counts. Again after a failure, it finishes what was begun. */
export async function end(ledger: Ledger<never>, bucket: Bucket, ids: readonly string[]): Promise<void> {
  await ledger.end(ids);
  await drop(ledger, bucket, await ledger.release(ids));
}

async function drop(ledger: Ledger<never>, bucket: Bucket, names: readonly PictureName[]): Promise<void> {
  if (names.length === 0) return;
  await bucket.delete(names);
  await ledger.forget(names);
}

/** One round of the clean-up. @returns how many pictures it took. */
export async function clean(ledger: Ledger<never>, bucket: Bucket, most: number): Promise<number> {
  const names = await ledger.releaseOrphans(most);
  await drop(ledger, bucket, names);
  return names.length;
}

/**
 * Deletes bytes that no name stands for. A key is named before anything is put under it, and never again after it was
 * given up: what has no name after it was listed will never have one.
 * @returns those that were listed, and those that were deleted.
 */
export async function reconcile(ledger: Ledger<never>, bucket: Bucket, after: string, most: number) {
  const listed = await bucket.list(after, most);
  const strays = listed.length > 0 ? await ledger.unknown(listed) : [];
  if (strays.length > 0) await bucket.delete(strays);
  return { listed, strays };
}
