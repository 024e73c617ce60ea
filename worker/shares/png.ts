/** A PNG's chunks (ISO/IEC 15948): pictures as a canvas writes them, no text, no profile, no animation. */
import { refuse, type Sniffed } from './refuse';

export const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const;
const allowed = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'pHYs', 'sBIT', 'bKGD']);

export function readPng(bytes: Uint8Array): Sniffed {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let size: { width: number; height: number } | undefined;
  let data = false;
  let at: number = pngSignature.length;
  for (;;) {
    if (at + 12 > bytes.length) throw refuse('it is cut short');
    const length = view.getUint32(at);
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!allowed.has(name)) throw refuse(`it carries a PNG chunk ${/^\w{4}$/.test(name) ? name : 'of no name'}`);
    if ((name === 'IHDR') !== (at === pngSignature.length)) throw refuse('its PNG chunks are out of order');
    if (at + 12 + length > bytes.length) throw refuse('it is cut short');
    if (name === 'IHDR') {
      if (length !== 13) throw refuse('its header is not a PNG’s');
      size = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    }
    if (name === 'IDAT') data = true;
    at += 12 + length;
    if (name === 'IEND') break;
  }
  if (at !== bytes.length) throw refuse('something is hidden behind its end');
  if (!size || !data) throw refuse('it has no picture in it');
  return { type: 'image/png', ...size };
}
