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
