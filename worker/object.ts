/** An object of R2 as an answer: ETag and conditions, one range or 416, whatever the object was stored as. */
import { statusFor } from './conditions';

/** @returns null when there is no such object. */
export async function objectResponse(
  bucket: R2Bucket,
  key: string,
  request: Request,
  cacheControl: string,
): Promise<Response | null> {
  if (request.method === 'HEAD') {
    const object = await bucket.head(key);
    if (!object) return null;
    const status = statusFor(request.headers, object.httpEtag);
    return new Response(null, {
      status,
      headers: headersOf(object, cacheControl, status === 200 ? object.size : undefined),
    });
  }
  const wanted = request.headers.get('Range');
  const asked = wanted === null ? undefined : parseRange(wanted);
  const range = asked && (await isSame(bucket, key, request.headers.get('If-Range'))) ? asked : undefined;
  const object = await bucket
    .get(key, range && { range })
    // Production R2 throws for some ranges beyond the end (error 10039) where it elsewhere sends the whole object.
    .catch(async (cause: unknown) => {
      if (range) return 'unsatisfiable' as const;
      throw cause;
    });
  if (object === 'unsatisfiable') return refuseRange(await bucket.head(key), cacheControl);
  if (!object) return null;
  const status = statusFor(request.headers, object.httpEtag);
  if (status !== 200) {
    await object.body.cancel();
    return new Response(null, { status, headers: headersOf(object, cacheControl) });
  }
  if (!range) return new Response(object.body, { headers: headersOf(object, cacheControl, object.size) });
  const { first, length } = placeOf(range, object.size);
  if (length <= 0) {
    await object.body.cancel();
    return refuseRange(object, cacheControl);
  }
  const headers = headersOf(object, cacheControl, length);
  headers.set('Content-Range', `bytes ${first}-${first + length - 1}/${object.size}`);
  return new Response(object.body, { status: 206, headers });
}

/** Whether a part still belongs to what the client has of it (RFC 9110, section 13.1.5); dates are too coarse to tell. */
async function isSame(bucket: R2Bucket, key: string, ifRange: string | null): Promise<boolean> {
  return ifRange === null || (await bucket.head(key))?.httpEtag === ifRange;
}

function headersOf(object: R2Object, cacheControl: string, length?: number): Headers {
  const headers = new Headers({
    'Content-Type': object.httpMetadata?.contentType ?? 'application/octet-stream',
    'Content-Disposition': 'inline',
    'Cache-Control': cacheControl,
    ETag: object.httpEtag,
    'Accept-Ranges': 'bytes',
    // For pages of any origin to draw on a canvas.
    'Access-Control-Allow-Origin': '*',
  });
  if (length !== undefined) headers.set('Content-Length', String(length));
  return headers;
}

type Range = { readonly offset: number; readonly length?: number } | { readonly suffix: number };

/** One range of RFC 9110, section 14; anything else is ignored, as it asks. */
export function parseRange(header: string): Range | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  const [, from = '', to = ''] = match ?? [];
  if (!match || (from === '' && to === '')) return undefined;
  if (from === '') return { suffix: Number(to) };
  if (to === '') return { offset: Number(from) };
  return Number(to) < Number(from) ? undefined : { offset: Number(from), length: Number(to) - Number(from) + 1 };
}

/** Where it lies in an object of this size; length 0 when it lies outside. */
function placeOf(range: Range, size: number): { first: number; length: number } {
  if ('suffix' in range) {
    const length = Math.min(range.suffix, size);
    return { first: size - length, length };
  }
  return { first: range.offset, length: Math.min(range.length ?? size, size - range.offset) };
}

function refuseRange(object: R2Object | null, cacheControl: string): Response | null {
  if (!object) return null;
  const headers = headersOf(object, cacheControl);
  headers.set('Content-Range', `bytes */${object.size}`);
  return new Response(null, { status: 416, headers });
}
