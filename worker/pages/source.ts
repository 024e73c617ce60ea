/** What the pages need to know of a share, and where they ask. */
import type { Context } from 'hono';
import * as v from 'valibot';
import { type ErrorRecord, ReverieError } from '../../shared/errors';
import type { PageParts } from '../../shared/pageParts';
import { type PublicShare, shareIdSchema, sharePaths } from '../../shared/share';
import type { Language } from '../../shared/words';
import type { PageWords } from '../../shared/words/pages';
import { pageWords } from '../../shared/words/pages';
import type { Bindings } from '../bindings';
import { type Description, describe } from './describe';
import { pageParts } from './parts';

export type Lookup =
  | {
      readonly share: PublicShare;
      readonly state: 'live' | 'reported';
      /** The share as text: a page is made of this and of what the request asks for, and of nothing else. */
      readonly record: string;
    }
  | { readonly share: undefined; readonly state: 'missing' | 'gone'; readonly record: undefined };

/**
 * Asks the edge's own interface, without a network between: pages know of shares what `GET /api/shares/:id` tells, and
 * nothing of how they are stored.
 */
export type Ask = (c: Context<Bindings>, path: string, headers?: HeadersInit) => Promise<Response>;

async function read(c: Context<Bindings>, ask: Ask, id: string): Promise<Lookup> {
  // What cannot be an id costs no look into the database.
  if (!v.is(shareIdSchema, id)) return { share: undefined, state: 'missing', record: undefined };
  const response = await ask(c, sharePaths.record(id));
  if (response.ok) {
    const record = await response.text();
    const share = JSON.parse(record) as PublicShare;
    return { share, state: share.state, record };
  }
  const { error } = await response.json<{ error: ErrorRecord }>();
  if (response.status === 404) return { share: undefined, state: 'missing', record: undefined };
  if (response.status === 410) return { share: undefined, state: 'gone', record: undefined };
  throw ReverieError.fromRecord(error);
}

export type Found = Lookup & { readonly parts: PageParts };

export async function lookUp(c: Context<Bindings>, ask: Ask, id: string): Promise<Found> {
  const [parts, found] = await Promise.all([pageParts(c.env.ASSETS, c.req.url), read(c, ask, id)]);
  return { ...found, parts };
}

export interface DescribedShare {
  readonly t: PageWords;
  readonly title: string;
  readonly description: Description;
}

export async function describeShare(
  share: PublicShare,
  language: Language,
  { presets }: PageParts,
): Promise<DescribedShare> {
  const t = await pageWords(language);
  const description = describe(share.recipe, share.result, share.run, { t, language, presets });
  return { t, title: share.title.trim() || t.untitled, description };
}
