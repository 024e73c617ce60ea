/**
 * HEIC for browsers that cannot decode it (all but Safari): libheif from the heic-to package, in a worker
 * of our own. The package's own entry starts its worker from a blob URL, which our `worker-src 'self'` forbids.
 */
import { ImageError } from './errors';

/** What the decoder worker answers. */
export type HeicAnswer =
  | { readonly ok: true; readonly image: ImageData }
  | { readonly ok: false; readonly reason: string };

/** @throws ImageError `heic-failed` when libheif cannot read it either. */
export async function decodeHeic(bytes: Uint8Array<ArrayBuffer>): Promise<ImageData> {
  const worker = new Worker(new URL('./heic-worker.ts', import.meta.url), { type: 'module', name: 'reverie-heic' });
  try {
    return await new Promise<ImageData>((resolve, reject) => {
      worker.onmessage = (event: MessageEvent<HeicAnswer>) => {
        if (event.data.ok) resolve(event.data.image);
        else reject(new ImageError({ kind: 'heic-failed' }, { cause: event.data.reason }));
      };
      worker.onerror = (event) => reject(new ImageError({ kind: 'heic-failed' }, { cause: event.message }));
      worker.postMessage(bytes);
    });
  } finally {
    // Decoding is rare and libheif holds tens of megabytes: nothing is kept.
    worker.terminate();
  }
}
