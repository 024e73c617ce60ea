/** Every path that has neither a route nor a file. */
import type { Context } from 'hono';
import type { Bindings } from './bindings';

/**
 * The page for it, from the static files, with their headers; a file that is there under another method's name is theirs.
 * Nobody keeps it: after a roll-back there may be something again, under an address that is otherwise kept for a year.
 */
export async function missingFile(c: Context<Bindings>): Promise<Response> {
  const file = await c.env.ASSETS.fetch(c.req.raw);
  if (file.status !== 404) return file;
  await file.body?.cancel();
  const page = await c.env.ASSETS.fetch(new URL('/404', c.req.url), {
    method: c.req.method === 'HEAD' ? 'HEAD' : 'GET',
  });
  const headers = new Headers(page.headers);
  for (const name of ['ETag', 'CF-Cache-Status']) headers.delete(name);
  headers.set('Cache-Control', 'no-store');
  return new Response(page.body, { status: 404, headers });
}
