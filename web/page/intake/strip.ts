/**
 * Takes out of an encoded picture what is not picture. Browsers write colour profiles (Chromium an sRGB one) into what
 * they encode from a canvas; the edge takes none, because a profile can carry anything.
 */
import type { ShareType } from '../../../shared/share';

type Bytes = Uint8Array<ArrayBuffer>;

const strippers: Readonly<Record<ShareType, (bytes: Bytes) => Bytes>> = {
  'image/jpeg': stripJpeg,
  'image/png': stripPng,
  'image/webp': stripWebp,
};

/** The same picture; colours of a canvas are sRGB, which is what a picture without a profile is taken for. */
export const stripMetadata = (bytes: Bytes, type: ShareType): Bytes => strippers[type](bytes);

const viewOf = (bytes: Bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const nameAt = (bytes: Bytes, at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));

function join(parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Without APP1 to APP13, APP15 and comments, up to where the coded data begin. */
function stripJpeg(bytes: Bytes): Bytes {
  const view = viewOf(bytes);
  const parts: Uint8Array[] = [bytes.subarray(0, 2)];
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at + 1] !== 0xda) {
    const marker = bytes[at + 1] ?? 0;
    const end = at + 2 + view.getUint16(at + 2);
    const isMetadata = (marker > 0xe0 && marker <= 0xef && marker !== 0xee) || marker === 0xfe;
    if (!isMetadata) parts.push(bytes.subarray(at, end));
    at = end;
  }
  return join([...parts, bytes.subarray(at)]);
}

/** The critical chunks, and the transparency of a palette. */
function stripPng(bytes: Bytes): Bytes {
  const view = viewOf(bytes);
  const parts: Uint8Array[] = [bytes.subarray(0, 8)];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 12 + view.getUint32(at);
    if (['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'].includes(nameAt(bytes, at + 4))) parts.push(bytes.subarray(at, end));
    at = end;
  }
  return join(parts);
}

/** Of VP8X: everything but transparency. */
const alphaFlag = 0x10;

/** A WebP's chunks, each with its head and its padding; copies. */
export function webpChunks(bytes: Bytes): { readonly name: string; readonly bytes: Bytes }[] {
  const view = viewOf(bytes);
  const chunks: { name: string; bytes: Bytes }[] = [];
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at + 4, true);
    const end = at + 8 + length + (length & 1);
    chunks.push({ name: nameAt(bytes, at), bytes: bytes.slice(at, end) });
    at = end;
  }
  return chunks;
}

/** Whether an encoded picture has every pixel as it was drawn: PNG always, WebP when its picture is of the lossless kind. */
export const isLossless = (bytes: Bytes, type: string): boolean =>
  type === 'image/png' || (type === 'image/webp' && webpChunks(bytes).some(({ name }) => name === 'VP8L'));

function stripWebp(bytes: Bytes): Bytes {
  const kept = webpChunks(bytes).filter(({ name }) => ['VP8 ', 'VP8L', 'VP8X', 'ALPH'].includes(name));
  for (const { name, bytes: chunk } of kept) if (name === 'VP8X') chunk[8] = (chunk[8] ?? 0) & alphaFlag;
  const body = join(kept.map(({ bytes: chunk }) => chunk));
  const head = bytes.slice(0, 12);
  viewOf(head).setUint32(4, body.length + 4, true);
  return join([head, body]);
}
