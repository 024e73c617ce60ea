/**
 * A model of D1 and R2 under the edge's own protocol (worker/shares/protocol.ts): every step waits until it is chosen, and
 * may fail before or after it was done. A process that fails is a process that died there.
 */
import {
  type Bucket,
  clean,
  end,
  keyOf,
  type Ledger,
  nameOf,
  type PictureName,
  reconcile,
  store,
} from '../../../worker/shares/protocol';

interface Share {
  readonly id: string;
  readonly hashes: readonly string[];
  /** The client's. */
  readonly key: string;
}

/** The share that scenes delete. */
export const twin = 'twin';

/** What D1 and R2 hold; every picture is older than an hour, every upload slower than that. */
export class World {
  readonly names = new Map<string, string>();
  readonly drops = new Set<string>();
  readonly bytes = new Set<string>();
  readonly shares = new Map<string, Share & { ended: boolean }>();
  #generations = 0;

  copy(): World {
    const other = new World();
    for (const [sha256, generation] of this.names) other.names.set(sha256, generation);
    for (const key of this.drops) other.drops.add(key);
    for (const key of this.bytes) other.bytes.add(key);
    for (const [id, share] of this.shares) other.shares.set(id, { ...share });
    other.#generations = this.#generations;
    return other;
  }

  readonly #counted = (sha256: string) =>
    [...this.shares.values()].some(({ ended, hashes }) => !ended && hashes.includes(sha256));
  readonly #release = (sha256: string) => {
    const generation = this.names.get(sha256);
    if (generation === undefined || this.#counted(sha256)) return;
    this.names.delete(sha256);
    this.drops.add(keyOf({ sha256, generation }));
  };
  readonly #dropsOf = (of: (sha256: string) => boolean) =>
    [...this.drops].flatMap((key) => nameOf(key) ?? []).filter(({ sha256 }) => of(sha256));

  /** What happens in one step. */
  readonly steps = {
    name: (hashes: readonly string[]): PictureName[] =>
      hashes.map((sha256) => {
        const generation = this.names.get(sha256) ?? `g${++this.#generations}`;
        this.names.set(sha256, generation);
        return { sha256, generation };
      }),
    commit: (share: Share, names: readonly PictureName[]): 'written' | 'known' | 'unnamed' => {
      if ([...this.shares.values()].some(({ key }) => key === share.key)) return 'known';
      if (names.some(({ sha256, generation }) => this.names.get(sha256) !== generation)) return 'unnamed';
      this.shares.set(share.id, { ...share, ended: false });
      return 'written';
    },
    end: (ids: readonly string[]): void => {
      for (const id of ids) {
        const share = this.shares.get(id);
        if (share) share.ended = true;
      }
    },
    release: (ids: readonly string[]): PictureName[] => {
      const hashes = new Set(ids.flatMap((id) => this.shares.get(id)?.hashes ?? []));
      for (const sha256 of hashes) this.#release(sha256);
      return this.#dropsOf((sha256) => hashes.has(sha256));
    },
    releaseOrphans: (most: number): PictureName[] => {
      for (const sha256 of [...this.names.keys()].slice(0, most)) this.#release(sha256);
      return this.#dropsOf(() => true).slice(0, most);
    },
    forget: (names: readonly PictureName[]): void => {
      for (const name of names) this.drops.delete(keyOf(name));
    },
    unknown: (names: readonly PictureName[]): PictureName[] =>
      names.filter(({ sha256, generation }) => this.names.get(sha256) !== generation),
    put: (name: PictureName): void => void this.bytes.add(keyOf(name)),
    delete: (names: readonly PictureName[]): void => {
      for (const name of names) this.bytes.delete(keyOf(name));
    },
    list: (after: string, most: number): PictureName[] =>
      [...this.bytes]
        .sort()
        .filter((key) => key > after)
        .slice(0, most)
        .flatMap((key) => nameOf(key) ?? []),
  };

  /** What must never be, now. */
  lost(): string | undefined {
    for (const { id, ended, hashes } of this.shares.values()) {
      for (const sha256 of ended ? [] : hashes) {
        const generation = this.names.get(sha256);
        if (generation === undefined) return `${id} counts a picture without a name`;
        if (!this.bytes.has(keyOf({ sha256, generation }))) return `${id} has lost its picture`;
      }
    }
    return undefined;
  }

  /** What nothing would ever sweep, once everything was swept. */
  left(): string | undefined {
    for (const key of this.bytes) if (!this.#counted(nameOf(key)?.sha256 ?? '')) return `${key} cannot be swept`;
    for (const sha256 of this.names.keys()) if (!this.#counted(sha256)) return `the name of ${sha256} stays`;
    return this.drops.size > 0 ? 'keys stay on the list of what to delete' : undefined;
  }

  state(): string {
    // Shares of the same pictures are the same to the future, but for the one that is deleted.
    const shares = [...this.shares.values()].map(({ id, hashes, ended }) => `${id === twin ? id : hashes}${ended}`);
    const parts = [this.names, this.drops, this.bytes, shares].map((part) => [...part].sort().join(';'));
    return parts.join('|');
  }
}

type Steps = World['steps'];
/** Makes a step of the world one of a process. */
export type Schedule = <Name extends keyof Steps>(
  name: Name,
  ...args: Parameters<Steps[Name]>
) => Promise<ReturnType<Steps[Name]>>;

export interface Process {
  readonly name: string;
  run(step: Schedule): Promise<unknown>;
}

const sidesOf = (step: Schedule): { readonly ledger: Ledger<Share>; readonly bucket: Bucket } => ({
  ledger: {
    name: (hashes) => step('name', hashes),
    commit: (share, names) => step('commit', share, names),
    end: (ids) => step('end', ids),
    release: (ids) => step('release', ids),
    releaseOrphans: (most) => step('releaseOrphans', most),
    forget: (names) => step('forget', names),
    unknown: (names) => step('unknown', names),
  },
  bucket: {
    put: (name) => step('put', name),
    delete: (names) => step('delete', names),
    list: (after, most) => step('list', after, most),
  },
});

const many = 1000;

export const creates = (id: string, hashes: readonly string[], key = id): Process => ({
  name: `create ${hashes.map(([letter]) => letter).join('')}`,
  run: (step) => {
    const { ledger, bucket } = sidesOf(step);
    return store(ledger, bucket, { id, hashes, key }, hashes);
  },
});

export const deletes = (id: string): Process => ({
  name: `delete ${id}`,
  run: (step) => {
    const { ledger, bucket } = sidesOf(step);
    return end(ledger, bucket, [id]);
  },
});

export const sweeps = (): Process => ({
  name: 'sweep',
  run: async (step) => {
    const { ledger, bucket } = sidesOf(step);
    await clean(ledger, bucket, many);
    await reconcile(ledger, bucket, '', many);
  },
});

export const hash = (letter: string) => letter.repeat(64);
