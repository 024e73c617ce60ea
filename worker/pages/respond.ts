/** How a rendered page is answered. */
import type { Context } from 'hono';
import { ReverieError } from '../../shared/errors';
import type { Bindings } from '../bindings';
import { toErrorResponse } from '../errors';
import { type Notice, type NoticeOptions, renderNotice } from './html/noticePage';
import { languageOf } from './language';
import { pageParts } from './parts';
import type { RenderedPage } from './rendered';
import { wordsIn } from './words';

/** RFC 9110; 451 (RFC 7725) would say that a law demanded it. */
const statuses = { missing: 404, gone: 410, reported: 200, failed: 500 } as const satisfies Record<Notice, number>;

/** A share can be deleted at any moment, so no copy of its page may be used unasked. */
function mustAsk(c: Context<Bindings>): void {
  c.header('Cache-Control', 'no-cache');
  c.header('X-Robots-Tag', 'noindex');
}

/** Or 304, to whoever has this very page. */
export function respond(c: Context<Bindings>, { body, etag, policy }: RenderedPage): Response {
  mustAsk(c);
  c.header('Content-Security-Policy', policy);
  c.header('ETag', etag);
  if (names(c.req.header('If-None-Match'), etag)) return c.body(null, 304);
  c.header('Content-Type', 'text/html; charset=UTF-8');
  return c.body(body);
}

/** RFC 9110, section 13.1.2: compared weakly, since a cache that compresses makes the tag a weak one. */
function names(condition: string | undefined, etag: string): boolean {
  const known = condition?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return known.includes(etag) || known.includes('*');
}

export async function respondNotice(
  c: Context<Bindings>,
  options: Omit<NoticeOptions, 't' | 'path'>,
): Promise<Response> {
  mustAsk(c);
  const page = renderNotice({ ...options, t: wordsIn(options.language), path: c.req.path });
  return c.html(await page, statuses[options.notice]);
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
