/** Every path that has neither a route nor a file. */
import type { Context } from 'hono';
import type { Bindings } from './bindings';

/**
 * The page for it, from the static files. The headers of the path's files come with it, and what is hashed is kept for a
 * year there: that there is nothing must not be kept, since after a roll-back there is something again.
 */
export async function missingFile(c: Context<Bindings>): Promise<Response> {
  const page = await c.env.ASSETS.fetch(c.req.raw);
  if (page.ok || page.status === 304) return page;
  const headers = new Headers(page.headers);
  headers.set('Cache-Control', 'no-store');
  return new Response(page.body, { status: page.status, headers });
}
