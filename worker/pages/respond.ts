/** How a rendered page is answered. */
import type { Context } from 'hono';
import { ReverieError } from '../../shared/errors';
import type { Bindings } from '../bindings';
import { toErrorResponse } from '../errors';
import type { Html } from './html/document';
import { type Notice, type NoticeOptions, renderNotice } from './html/noticePage';
import { languageOf } from './language';
import { pageParts } from './parts';
import { wordsIn } from './words';

/** RFC 9110; 451 (RFC 7725) would say that a law demanded it. */
const statuses = { missing: 404, gone: 410, reported: 200, failed: 500 } as const satisfies Record<Notice, number>;

/** A share can be deleted at any moment, so no copy of its page may be used unasked. */
export async function respond(
  c: Context<Bindings>,
  page: Html,
  status: (typeof statuses)[Notice] = 200,
): Promise<Response> {
  c.header('Cache-Control', 'no-cache');
  c.header('X-Robots-Tag', 'noindex');
  return c.html(await page, status);
}

export function respondNotice(c: Context<Bindings>, options: Omit<NoticeOptions, 't' | 'path'>): Promise<Response> {
  const page = renderNotice({ ...options, t: wordsIn(options.language), path: c.req.path });
  return respond(c, page, statuses[options.notice]);
}

/** A page for people where they asked for one; what was refused on purpose keeps its status and its code. */
export async function respondFailure(c: Context<Bindings>, error: Error, kind: 'share' | 'embed'): Promise<Response> {
  if (error instanceof ReverieError && error.code !== 'internal') return toErrorResponse(error, c);
  console.error(error);
  // Without the build's parts there is no page to render at all.
  const parts = await pageParts(c.env.ASSETS, c.req.url).catch(() => undefined);
  if (!parts) return toErrorResponse(error, c);
  const part = kind === 'share' ? parts.share : parts.frame;
  return respondNotice(c, { notice: 'failed', language: languageOf(c), part, kind });
}
