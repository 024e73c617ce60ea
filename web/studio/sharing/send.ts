/** A prepared share on its way to the edge, and the way to take one back. */
import { ReverieError } from '../../../shared/errors';
import { type CreatedShare, clientKeyHeader, sharePart, sharePaths } from '../../../shared/share';
import type { PreparedShare } from './prepare';

/**
 * @param onProgress share of the bytes that are sent, 0..1
 * @throws ReverieError the edge's own; `network-failed`; `aborted`
 */
export function sendShare(
  { key, request, files }: PreparedShare,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (sent: number) => void },
): Promise<CreatedShare> {
  const form = new FormData();
  form.set(sharePart, JSON.stringify(request));
  for (const [part, blob] of files) form.set(part, blob, part);
  return new Promise((resolve, reject) => {
    // fetch tells nothing of how far an upload is.
    const upload = new XMLHttpRequest();
    upload.open('POST', sharePaths.create);
    upload.setRequestHeader(clientKeyHeader, key);
    upload.responseType = 'json';
    upload.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    upload.onload = () => {
      if (upload.status === 201) resolve(upload.response as CreatedShare);
      else reject(ReverieError.fromAnswer(upload.response, upload.status));
    };
    upload.onerror = () => reject(new ReverieError('network-failed', 'The connection failed before the answer came.'));
    upload.onabort = () => reject(new ReverieError('aborted', 'Stopped; nothing was shared.'));
    signal.addEventListener('abort', () => upload.abort(), { once: true });
    upload.send(form);
    if (signal.aborted) upload.abort();
  });
}

/**
 * Takes back what may have been shared without our knowing: an answer that never came, a sending that was stopped. What
 * arrives later with this key makes nothing.
 * @throws ReverieError
 */
export async function revoke(key: string): Promise<void> {
  const response = await fetch(sharePaths.create, {
    method: 'DELETE',
    keepalive: true,
    headers: { [clientKeyHeader]: key },
  }).catch((cause: unknown) => {
    throw new ReverieError('network-failed', 'The connection failed; it may have been shared.', { cause });
  });
  if (!response.ok) throw ReverieError.fromAnswer(await response.json().catch(() => null), response.status);
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
  throw ReverieError.fromAnswer(await response.json().catch(() => null), response.status);
}
