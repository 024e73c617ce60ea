/**
 * Answers with a list that the build left among the static assets. The body goes through as a stream, and the
 * asset's own strong ETag decides on 304: nothing is parsed or hashed per request.
 */
import type { Context, TypedResponse } from 'hono';
import { ReverieError } from '../shared/errors';
import type { Bindings } from './bindings';

/** `T` is what the file holds, for the typed client; the build has checked it (tools/build/indexes.ts). */
export async function serveList<T>(
  c: Context<Bindings>,
  file: string,
): Promise<Response & TypedResponse<T, 200, 'json'>> {
  const condition = c.req.header('If-None-Match');
  const asset = await c.env.ASSETS.fetch(new URL(file, c.req.url), {
    headers: condition ? { 'If-None-Match': condition } : {},
  });
  if (asset.status !== 200 && asset.status !== 304) {
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
  if (asset.status === 200) headers.set('Content-Type', 'application/json; charset=utf-8');
  return new Response(asset.body, { status: asset.status, headers }) as Response & TypedResponse<T, 200, 'json'>;
}
