/** A prepared share on its way to the edge, and the way to take one back. */
import { type ErrorCode, errorCodes, ReverieError } from '../../../shared/errors';
import { type CreatedShare, sharePart, sharePaths } from '../../../shared/share';
import type { PreparedShare } from './prepare';

/**
 * @param onProgress share of the bytes that are sent, 0..1
 * @throws ReverieError the edge's own; `network-failed`; `aborted`
 */
export function sendShare(
  { request, files }: PreparedShare,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (sent: number) => void },
): Promise<CreatedShare> {
  const form = new FormData();
  form.set(sharePart, JSON.stringify(request));
  for (const [part, blob] of files) form.set(part, blob, part);
  return new Promise((resolve, reject) => {
    // fetch tells nothing of how far an upload is.
    const upload = new XMLHttpRequest();
    upload.open('POST', sharePaths.create);
    upload.responseType = 'json';
    upload.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    upload.onload = () => {
      if (upload.status === 201) resolve(upload.response as CreatedShare);
      else reject(errorOf(upload.response, upload.status, upload.getResponseHeader('Retry-After')));
    };
    upload.onerror = () => reject(new ReverieError('network-failed', 'The connection failed; nothing was shared.'));
    upload.onabort = () => reject(new ReverieError('aborted', 'Stopped; nothing was shared.'));
    signal.addEventListener('abort', () => upload.abort(), { once: true });
    upload.send(form);
    if (signal.aborted) upload.abort();
  });
}

/** Deleting what is gone already is no error. @throws ReverieError */
export async function takeBack(id: string, deleteKey: string): Promise<void> {
  const response = await fetch(sharePaths.record(id), {
    method: 'DELETE',
    headers: { Authorization: `Bearer ${deleteKey}` },
  }).catch((cause: unknown) => {
    throw new ReverieError('network-failed', 'The connection failed; the share is still there.', { cause });
  });
  if (response.ok || response.status === 404) return;
  throw errorOf(await response.json().catch(() => null), response.status);
}

/** A refusal that says when to come back. */
export class RefusedForNow extends ReverieError {
  constructor(
    code: ErrorCode,
    message: string,
    readonly retryAfterSeconds: number,
  ) {
    super(code, message);
  }
}

/** `{ error: { code, message } }`, or whatever a proxy says instead. */
export function errorOf(body: unknown, status: number, retryAfter: string | null = null): ReverieError {
  const { code, message } = (body as { error?: { code?: unknown; message?: unknown } } | null)?.error ?? {};
  if (typeof code === 'string' && Object.hasOwn(errorCodes, code)) {
    // In seconds; the header's other form, a date, is not what our edge sends.
    const seconds = Number(retryAfter);
    return seconds > 0
      ? new RefusedForNow(code as ErrorCode, String(message), seconds)
      : new ReverieError(code as ErrorCode, String(message));
  }
  return new ReverieError('network-failed', `The server answered ${status}.`);
}
