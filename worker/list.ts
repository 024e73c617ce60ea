/**
 * Answers with a list that the build left among the static assets. The body goes through as a stream, and the
 * asset's own strong ETag decides on 304: nothing is parsed or hashed per request.
 */
import type { Context, TypedResponse } from 'hono';
import { ReverieError } from '../shared/errors';
import type { Bindings } from './bindings';
import { statusFor } from './conditions';

/** `T` is what the file holds, for the typed client; the build has checked it (tools/build/indexes.ts). */
export async function serveList<T>(
  c: Context<Bindings>,
  file: string,
): Promise<Response & TypedResponse<T, 200, 'json'>> {
  const url = new URL(file, c.req.url);
  // Without a body to throw away, where there may be none to send.
  const conditional = ['If-Match', 'If-None-Match'].some((name) => c.req.header(name) !== undefined);
  const method = conditional || c.req.method === 'HEAD' ? 'HEAD' : 'GET';
  let asset = await c.env.ASSETS.fetch(url, { method });
  if (asset.status !== 200) {
    await asset.body?.cancel();
    throw new ReverieError(
      'internal',
      `The list ${file} is missing from this deployment. Build the site and deploy again.`,
    );
  }
  const headers = new Headers({
    // Lists change with a deployment and their blobs with them; an unchanged one costs a 304.
    'Cache-Control': 'public, max-age=0, must-revalidate',
  });
  const etag = asset.headers.get('ETag');
  if (etag) headers.set('ETag', etag);
  const status = etag ? statusFor(c.req.raw.headers, etag) : 200;
  if (status === 200) headers.set('Content-Type', 'application/json; charset=utf-8');
  if (status === 200 && method !== c.req.method) asset = await c.env.ASSETS.fetch(url);
  return new Response(status === 200 ? asset.body : null, { status, headers }) as Response &
    TypedResponse<T, 200, 'json'>;
}
