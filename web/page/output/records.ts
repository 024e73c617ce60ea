/**
 * What this browser keeps in IndexedDB, each thing under a key of its own, so that two tabs never write over each other's.
 * Where storage is blocked or full, memory has it for as long as the page lives.
 */
import { createStore, del, get, keys, set, type UseStore } from 'idb-keyval';

export interface Records {
  get<T>(key: string): Promise<T | undefined>;
  /** @returns false when only memory has it. */
  set(key: string, value: unknown): Promise<boolean>;
  remove(key: string): Promise<void>;
  keys(): Promise<string[]>;
}

/** @param database its own: idb-keyval allows one table in each */
export function openRecords(database: string, table: string): Records {
  let store: UseStore | undefined;
  const memory = new Map<string, unknown>();
  const attempt = async <T>(ask: (opened: UseStore) => Promise<T>): Promise<T | undefined> => {
    try {
      store ??= createStore(database, table);
      return await ask(store);
    } catch {
      return undefined;
    }
  };
  return {
    // Memory first: it has what could not be written over an older value.
    get: async <T>(key: string) =>
      memory.has(key) ? (memory.get(key) as T) : await attempt((opened) => get<T>(key, opened)),
    async set(key, value) {
      const kept = await attempt((opened) => set(key, value, opened).then(() => true));
      if (kept) memory.delete(key);
      else memory.set(key, value);
      return kept ?? false;
    },
    async remove(key) {
      memory.delete(key);
      await attempt((opened) => del(key, opened));
    },
    async keys() {
      const kept = (await attempt((opened) => keys<string>(opened))) ?? [];
      return [...new Set([...kept, ...memory.keys()])];
    },
  };
}
