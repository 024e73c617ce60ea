/** A WebP's chunks (RFC 9649): one still picture, no metadata. */
import { refuse, type Sniffed } from './refuse';

const allowed = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH']);
/** Of VP8X: colour profile, EXIF, XMP, animation. */
const forbiddenFlags = 0x20 | 0x08 | 0x04 | 0x02;

export function readWebp(bytes: Uint8Array): Sniffed {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = view.getUint32(4, true) + 8;
  if (end > bytes.length) throw refuse('it is cut short');
  if (end < bytes.length) throw refuse('something is hidden behind its end');
  let canvas: Size | undefined;
  let size: Size | undefined;
  for (let at = 12; at < bytes.length; ) {
    if (at + 8 > bytes.length) throw refuse('it is cut short');
    const name = String.fromCharCode(...bytes.subarray(at, at + 4));
    const length = view.getUint32(at + 4, true);
    const from = at + 8;
    if (!allowed.has(name))
      throw refuse(`it carries a WebP chunk ${/^[\w ]{4}$/.test(name) ? name.trim() : 'of no name'}`);
    if (from + length > bytes.length) throw refuse('it is cut short');
    if (name === 'VP8X') canvas = extended(view, from, length);
    else if (name !== 'ALPH') {
      if (size) throw refuse('it has more than one picture in it');
      size = name === 'VP8 ' ? lossy(view, from, length) : lossless(view, from, length);
    }
    // Chunks are padded to even lengths.
    at = from + length + (length & 1);
  }
  if (!size) throw refuse('it has no picture in it');
  if (canvas && (canvas.width !== size.width || canvas.height !== size.height))
    throw refuse('its sizes contradict each other');
  return { type: 'image/webp', ...size };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function extended(view: DataView, at: number, length: number): Size {
  if (length < 10) throw refuse('it is cut short');
  if (view.getUint8(at) & forbiddenFlags) throw refuse('it carries metadata or an animation');
  const at24 = (offset: number) => view.getUint16(at + offset, true) | (view.getUint8(at + offset + 2) << 16);
  return { width: at24(4) + 1, height: at24(7) + 1 };
}

/** RFC 6386, section 9.1. */
function lossy(view: DataView, at: number, length: number): Size {
  if (length < 10) throw refuse('it is cut short');
  const isKeyFrame = (view.getUint8(at) & 1) === 0;
  const startCode = (view.getUint8(at + 3) << 16) | (view.getUint8(at + 4) << 8) | view.getUint8(at + 5);
  if (!isKeyFrame || startCode !== 0x9d012a) throw refuse('it has no picture in it');
  return { width: view.getUint16(at + 6, true) & 0x3fff, height: view.getUint16(at + 8, true) & 0x3fff };
}

function lossless(view: DataView, at: number, length: number): Size {
  if (length < 5) throw refuse('it is cut short');
  if (view.getUint8(at) !== 0x2f) throw refuse('it has no picture in it');
  const bits = view.getUint32(at + 1, true);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}
