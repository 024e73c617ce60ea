/** What went wrong, in the studio's own sentences, which are fetched only then. */

import { signal } from '@preact/signals';
import { ReverieError } from '../../../../shared/errors';
import { fail } from './view';

/** Codes go to the page that embeds, too. */
export const lastError = signal<ReverieError | null>(null);

/** For where the hands are: a form says what went wrong with it itself. */
export async function sentenceFor(cause: unknown): Promise<string> {
  const error = ReverieError.from(cause);
  lastError.value = error;
  try {
    const [{ loadDictionary }, { describeError }] = await Promise.all([
      import('../../../../shared/words/index'),
      import('../../words/describe'),
    ]);
    return describeError(error, await loadDictionary(document.documentElement.lang === 'ko' ? 'ko' : 'en'));
  } catch {
    // The connection is gone; the plain message is better than none.
    return error.message;
  }
}

/** Below the picture. */
export async function explain(cause: unknown): Promise<void> {
  const text = await sentenceFor(cause);
  fail(() => text);
}
