/** How a rendered page is answered. */
import type { Context } from 'hono';
import { ReverieError } from '../../shared/errors';
import { pageWords } from '../../shared/words/pages';
import type { Bindings } from '../bindings';
import { statusFor } from '../conditions';
import { toErrorResponse } from '../errors';
import { type Notice, type NoticeOptions, renderNotice } from './html/noticePage';
import { languageOf } from './language';
import { pageParts } from './parts';
import type { RenderedPage } from './rendered';

/** RFC 9110; 451 (RFC 7725) would say that a law demanded it. */
const statuses = { missing: 404, gone: 410, reported: 200, busy: 429, failed: 500 } as const satisfies Record<
  Notice,
  number
>;

/** A share can be deleted at any moment, so no copy of its page may be used unasked. */
function mustAsk(c: Context<Bindings>): void {
  c.header('Cache-Control', 'no-cache');
  c.header('X-Robots-Tag', 'noindex');
}

/** Or 304 or 412, as the request's conditions say. */
export function respond(c: Context<Bindings>, { body, etag, policy }: RenderedPage): Response {
  mustAsk(c);
  c.header('Content-Security-Policy', policy);
  c.header('ETag', etag);
  const status = statusFor(c.req.raw.headers, etag);
  if (status !== 200) return c.body(null, status);
  c.header('Content-Type', 'text/html; charset=UTF-8');
  return c.body(body);
}

export async function respondNotice(
  c: Context<Bindings>,
  options: Omit<NoticeOptions, 't' | 'path'>,
): Promise<Response> {
  mustAsk(c);
  const t = await pageWords(options.language);
  return c.html(await renderNotice({ ...options, t, path: c.req.path }), statuses[options.notice]);
}

/** Browsers say that they want a page; programs take anything, and read `{ error }`. */
const wantsPage = (c: Context<Bindings>): boolean => /\btext\/html\b/i.test(c.req.header('Accept') ?? '');

const noticeOf = ({ code }: ReverieError): Notice | undefined =>
  code === 'internal' || code === 'unavailable' ? 'failed' : code === 'rate-limited' ? 'busy' : undefined;

/** A page for people where they asked for one; what was refused on purpose keeps its status and its code. */
export async function respondFailure(c: Context<Bindings>, cause: Error, kind: 'share' | 'embed'): Promise<Response> {
  const error = ReverieError.from(cause);
  const notice = noticeOf(error);
  if (!notice || (error === cause && error.code !== 'internal' && !wantsPage(c))) return toErrorResponse(cause, c);
  if (error.code === 'internal') console.error(cause);
  // Without the build's parts there is no page to render at all.
  const parts = await pageParts(c.env.ASSETS, c.req.url).catch(() => undefined);
  if (!parts) return toErrorResponse(cause, c);
  const part = kind === 'share' ? parts.share : parts.frame;
  const { retryAfter } = error.about('rate-limited') ?? {};
  if (retryAfter !== undefined) c.header('Retry-After', String(retryAfter));
  return respondNotice(c, { notice, language: languageOf(c), part, kind });
}

/** For whatever lies deeper than a share. */
export async function respondMissing(c: Context<Bindings>, kind: 'share' | 'embed'): Promise<Response> {
  const { share, frame } = await pageParts(c.env.ASSETS, c.req.url);
  return respondNotice(c, { notice: 'missing', language: languageOf(c), part: kind === 'share' ? share : frame, kind });
}
