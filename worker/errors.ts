/** Errors as the edge answers them: `{ error: { code, message, data? } }` with the status of the code. */
import type { Context, Handler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type ErrorCode, ReverieError } from '../shared/errors';
import type { Bindings } from './bindings';
import { count } from './metrics';

/** Hono's `onError`. What was not thrown on purpose is logged and told to nobody. */
export function toErrorResponse(error: Error, c: Context<Bindings>): Response {
  if (error instanceof HTTPException) {
    // Thrown by Hono's own middleware (a body too large, a header malformed): its status is the right one.
    const code: ErrorCode = error.status === 404 ? 'not-found' : error.status < 500 ? 'bad-request' : 'internal';
    return respond(c, new ReverieError(code, error.message || 'The request was refused.'), error.status);
  }
  if (error instanceof ReverieError) return respond(c, error, error.status);
  console.error(error);
  return respond(c, new ReverieError('internal', 'Something went wrong on the server. Try again in a moment.'), 500);
}

function respond(c: Context<Bindings>, error: ReverieError, status: number): Response {
  c.header('Cache-Control', 'no-store');
  count(c.env, 'refuse', error.code);
  const { retryAfter } = error.about('rate-limited') ?? error.about('uploads-disabled') ?? {};
  if (retryAfter !== undefined) c.header('Retry-After', String(retryAfter));
  return c.json({ error: error.toRecord() }, status as ContentfulStatusCode);
}

/** For what D1 or R2 threw: that is theirs to tell, and ours to log. */
export function storageFailed(cause: unknown): never {
  if (cause instanceof ReverieError) throw cause;
  console.error(cause);
  throw new ReverieError('unavailable', 'Storage failed. Try again in a moment.', { cause });
}

/** The last handler of a part of the paths: nothing deeper in it is handed on to the static files. */
export const notFound: Handler<Bindings> = (c) => {
  throw new ReverieError('not-found', `There is nothing at ${c.req.path}.`);
};

/** A route's last handler: it exists, but not for this method (RFC 9110 section 15.5.6 asks for `Allow`). */
export function methodNotAllowed(...allowed: readonly string[]): Handler<Bindings> {
  const list = allowed.join(', ');
  return function methodNotAllowed(c) {
    c.header('Allow', list);
    throw new ReverieError('method-not-allowed', `${c.req.method} is not possible at ${c.req.path}; use ${list}.`);
  };
}
