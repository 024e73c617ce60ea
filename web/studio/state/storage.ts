/** Small choices that outlive the visit. Storage that is blocked or full is no reason to fail. */
const prefix = 'reverie.';

export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(prefix + key);
  } catch {
    return null;
  }
}

/** @param value null forgets. */
export function remember(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(prefix + key);
    else localStorage.setItem(prefix + key, value);
  } catch {
    // Private mode or a third-party frame: the choice lasts as long as the page.
  }
}

/**
 * What the person keeps here: at the start, where `key` remembers that there is some; and again when the tab is seen, since
 * another may have changed it.
 */
export async function followKept(key: string, hasSome: () => boolean, load: () => Promise<void>): Promise<void> {
  const look = async () => {
    if (!document.hidden && (remembered(key) || hasSome())) await load().catch(() => undefined);
  };
  document.addEventListener('visibilitychange', look);
  await look();
}
