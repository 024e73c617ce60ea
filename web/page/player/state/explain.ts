/** What went wrong, in the studio's own sentences, which are fetched only then. */

import { signal } from '@preact/signals';
import { ReverieError } from '../../../../shared/errors';
import { studioWords } from '../../../../shared/words/studio';
import { pageLanguage } from '../../words/player';
import { fail } from './view';

/** Codes go to the page that embeds, too. */
export const lastError = signal<ReverieError | null>(null);

/** For where the hands are: a form says what went wrong with it itself. */
export async function sentenceFor(cause: unknown): Promise<string> {
  const error = ReverieError.from(cause);
  lastError.value = error;
  try {
    const [t, { describeError }] = await Promise.all([studioWords(pageLanguage()), import('../../words/describe')]);
    return describeError(error, t);
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
