/**
 * How the page learns that a worker is gone when no event says so (it crashed, ran out of memory, closed
 * itself): the worker holds a Web Lock for as long as it lives, the page waits for the same lock. Web Locks
 * are in every browser since 2022; where a frame may not use them, only the worker's error events are left.
 */
const locks = (): LockManager | undefined => (globalThis as { navigator?: { locks?: LockManager } }).navigator?.locks;

/** A name for a new worker's lock; undefined where there are no locks. */
export function newLifeLock(): string | undefined {
  return locks() && `reverie-worker-${Date.now()}-${Math.random()}`;
}

/** In the worker. Resolves when the lock is held; it is never given back. */
export async function holdLifeLock(name: string): Promise<void> {
  await new Promise<void>((resolve) => {
    const held = locks()?.request(name, () => {
      resolve();
      return new Promise<never>(() => {});
    });
    if (held) held.catch(() => resolve());
    else resolve();
  });
}

/** In the page, once the worker holds it. `signal` ends the watch. */
export function watchLifeLock(name: string, signal: AbortSignal, onDeath: () => void): void {
  locks()
    ?.request(name, { signal }, onDeath)
    .catch(() => {});
}
