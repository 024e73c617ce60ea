/** The worker behind `heic.ts`: one HEIC file in, the pixels of its primary picture out. */
// The package exports only entries that start a blob worker; the library inside it is addressed by path.
import buildLibheif from '../../../node_modules/heic-to/src/lib/libheif-without-unsafe-eval.js';
import { ReverieError } from '../../../shared/errors';
import { decodeHeic, type Libheif } from '../../engine/images/files/heic';
import type { HeicAnswer } from './heic';

self.onmessage = async (event: MessageEvent<Uint8Array>) => {
  let answer: HeicAnswer;
  try {
    answer = { ok: true, image: await decodeHeic(buildLibheif() as Libheif, event.data) };
  } catch (cause) {
    answer = { ok: false, error: ReverieError.from(cause, 'image-unsupported').toRecord() };
  }
  self.postMessage(answer);
};
