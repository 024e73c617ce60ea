/**
 * HEIC for browsers that cannot decode it (all but Safari): libheif from the heic-to package, in a worker
 * of our own. The package's own entry starts its worker from a blob URL, which our `worker-src 'self'` forbids.
 */
import '../../engine/trusted';
import { type ErrorRecord, ReverieError } from '../../../shared/errors';
import type { Pixels } from '../../engine/api';

/** What the decoder worker answers. */
export type HeicAnswer =
  | { readonly ok: true; readonly image: Pixels }
  | { readonly ok: false; readonly error: ErrorRecord };

/** @throws ReverieError `image-unsupported` when libheif cannot read it either. */
export async function decodeHeic(bytes: Uint8Array<ArrayBuffer>): Promise<Pixels> {
  const worker = new Worker(new URL('./heic-worker.ts', import.meta.url), { type: 'module', name: 'reverie-heic' });
  try {
    return await new Promise<Pixels>((resolve, reject) => {
      worker.onmessage = (event: MessageEvent<HeicAnswer>) => {
        if (event.data.ok) resolve(event.data.image);
        else reject(ReverieError.fromRecord(event.data.error));
      };
      worker.onerror = (event) => reject(unreadable(event.message));
      worker.postMessage(bytes);
    });
  } finally {
    // Decoding is rare and libheif holds tens of megabytes: nothing is kept.
    worker.terminate();
  }
}

const unreadable = (cause: string) =>
  new ReverieError('image-unsupported', 'This HEIC picture cannot be read.', { cause, data: { format: 'heic' } });
