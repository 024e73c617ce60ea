/** What must not lie where pixels should: text, and other files that programs find inside of one. */
import { refuse } from './refuse';

/** By chance one byte in three can be printed: 48 in a row are no accident, once in 10²⁰ bytes. */
const run = 48;
/** Flat areas are coded as few bytes, again and again. */
const kinds = 12;

const isPrintable = (byte: number): boolean => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d;

/** @throws ReverieError `share-picture-refused` */
export function refuseHidden(pixels: Uint8Array): void {
  if (hasText(pixels)) throw refuse('there is text where its pixels should be');
  if (find(pixels.subarray(0, 1024), [0x25, 0x50, 0x44, 0x46, 0x2d]) >= 0) throw refuse('it is a PDF too');
  if (hasArchive(pixels.subarray(-65_557))) throw refuse('it is an archive too');
}

/** Looks at every 48th byte, and around it where that can be printed: a run of them holds one. */
function hasText(bytes: Uint8Array): boolean {
  for (let at = run - 1; at < bytes.length; at += run) {
    if (!isPrintable(bytes[at] ?? 0)) continue;
    let from = at;
    while (from > 0 && isPrintable(bytes[from - 1] ?? 0)) from--;
    let to = at + 1;
    while (to < bytes.length && isPrintable(bytes[to] ?? 0)) to++;
    if (to - from >= run && new Set(bytes.subarray(from, to)).size >= kinds) return true;
    at = Math.max(at, to - 1);
  }
  return false;
}

/** The record at the end of a ZIP, which programs look for from behind (APPNOTE 4.3.16): of one disk, with as many entries on it as in all. */
function hasArchive(tail: Uint8Array): boolean {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  for (let at = find(tail, [0x50, 0x4b, 5, 6]); at >= 0; at = find(tail, [0x50, 0x4b, 5, 6], at + 1)) {
    if (at + 22 > tail.length) return false;
    if (view.getUint32(at + 4, true) === 0 && view.getUint16(at + 8, true) === view.getUint16(at + 10, true))
      return true;
  }
  return false;
}

function find(bytes: Uint8Array, what: readonly number[], from = 0): number {
  for (let at = bytes.indexOf(what[0] ?? 0, from); at >= 0; at = bytes.indexOf(what[0] ?? 0, at + 1)) {
    if (what.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}
