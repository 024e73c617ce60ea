/**
 * What this browser remembers of shares: those made here with their deletion keys, and those that wait for a connection.
 * Where storage is blocked, both last as long as the page.
 */
import { createStore, get, set, type UseStore } from 'idb-keyval';
import type { CreatedShare } from '../../../shared/share';
import { remember } from '../state/storage';
import type { PreparedShare } from './prepare';

export interface MyShare extends CreatedShare {
  readonly title: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

let store: UseStore | undefined;
const memory = new Map<string, unknown>();

async function read<T>(key: string): Promise<T | undefined> {
  try {
    store ??= createStore('reverie-shares', 'shares');
    return (await get<T>(key, store)) ?? (memory.get(key) as T | undefined);
  } catch {
    return memory.get(key) as T | undefined;
  }
}

async function write(key: string, value: unknown): Promise<void> {
  memory.set(key, value);
  try {
    store ??= createStore('reverie-shares', 'shares');
    await set(key, value, store);
  } catch {
    // Private mode, or a full disk: memory has it.
  }
}

export async function myShares(): Promise<readonly MyShare[]> {
  const all = (await read<readonly MyShare[]>('mine')) ?? [];
  return all.filter(({ expiresAt }) => Date.parse(expiresAt) > Date.now());
}

export const rememberShare = async (share: MyShare): Promise<void> => write('mine', [share, ...(await myShares())]);

export const forgetShare = async (id: string): Promise<void> =>
  write(
    'mine',
    (await myShares()).filter((share) => share.id !== id),
  );

export interface WaitingShare extends PreparedShare {
  readonly key: string;
}

/** Oldest first. */
export const waitingShares = async (): Promise<readonly WaitingShare[]> =>
  (await read<readonly WaitingShare[]>('outbox')) ?? [];

export async function keepWaiting(share: PreparedShare): Promise<void> {
  await writeWaiting([...(await waitingShares()), { ...share, key: crypto.randomUUID() }]);
}

export async function dropWaiting(key: string): Promise<void> {
  await writeWaiting((await waitingShares()).filter((each) => each.key !== key));
}

async function writeWaiting(all: readonly WaitingShare[]): Promise<void> {
  await write('outbox', all);
  // So that a page need not open the storage to know whether to ask.
  remember('outbox', all.length > 0 ? String(all.length) : null);
}
