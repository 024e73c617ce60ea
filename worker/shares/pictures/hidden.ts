/** What must not lie where pixels should: text, and other files that programs find inside of one. */
import { refuse } from './refuse';

/** By chance one byte in three can be printed: 48 in a row are no accident, once in 10²⁰ bytes. */
const run = 48;
/**
 * Codes of a zlib stream may be such that most of its bytes can be printed: smooth photos have runs of up to 130. None has
 * blanks as text has.
 */
const packedRun = 400;
const isSentence = (some: Uint8Array): boolean => some.filter((byte) => byte === 0x20).length * 16 >= some.length;
/** Flat areas are coded as few bytes, again and again. */
const kinds = 12;

const isPrintable = (byte: number): boolean => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d;

/** ZIP's two records behind its files (APPNOTE 4.3.12, 4.3.16), of which programs look for the last from behind. */
const [zipFile, zipEnd] = [codesOf('PK\x01\x02'), codesOf('PK\x05\x06')];
/** RAR, 7z and cabinets are found wherever they begin, behind a program that would unpack them. */
const archives = ['Rar!\x1a\x07', '7z\xbc\xaf\x27\x1c', 'MSCF\0\0\0\0'].map(codesOf);
const pdf = codesOf('%PDF-');

function codesOf(text: string): number[] {
  return [...text].map((character) => character.charCodeAt(0));
}

/**
 * @param parts coded pixels, in their order @param isPacked by zlib
 * @throws ReverieError `share-picture-refused`
 */
export function refuseHidden(parts: readonly Uint8Array[], isPacked: boolean): void {
  const has = (what: readonly number[]) => parts.some((part) => find(part, what) >= 0);
  if (parts.some((part) => hasText(part, isPacked) || hasOtherText(part)))
    throw refuse('there is text where its pixels should be');
  if (parts.some((part) => find(part.subarray(0, 1024), pdf) >= 0)) throw refuse('it is a PDF too');
  if (
    archives.some(has) ||
    (has(zipEnd) && has(zipFile)) ||
    parts.some((part) => isEmptyArchive(part.subarray(-65_557)))
  )
    throw refuse('it is an archive too');
}

/** Looks at every 48th byte, and around it where that can be printed: a run of them holds one. */
function hasText(bytes: Uint8Array, isPacked: boolean): boolean {
  for (let at = run - 1; at < bytes.length; at += run) {
    if (!isPrintable(bytes[at] ?? 0)) continue;
    let from = at;
    while (from > 0 && isPrintable(bytes[from - 1] ?? 0)) from--;
    let to = at + 1;
    while (to < bytes.length && isPrintable(bytes[to] ?? 0)) to++;
    const some = bytes.subarray(from, to);
    const isLong = some.length >= (isPacked && !isSentence(some) ? packedRun : run);
    if (isLong && new Set(some).size >= kinds) return true;
    at = Math.max(at, to - 1);
  }
  return false;
}

/**
 * Of a character at this place: its bytes, 0 where there is none. UTF-8 beyond ASCII and blanks between, and ASCII in UTF-16,
 * either end first.
 */
const characters: readonly ((bytes: Uint8Array, at: number) => number)[] = [
  (bytes, at) => {
    const first = bytes[at] ?? 0;
    if (first === 0x20) return 1;
    const length = first >= 0xe1 && first < 0xf0 ? 3 : first >= 0xc3 && first < 0xe0 ? 2 : 0;
    for (let i = 1; i < length; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0;
    return length;
  },
  (bytes, at) => (isPrintable(bytes[at] ?? 0) && bytes[at + 1] === 0 ? 2 : 0),
  (bytes, at) => (bytes[at] === 0 && isPrintable(bytes[at + 1] ?? 0) ? 2 : 0),
];

/** The same from every 48th byte on, or the next ones, where a character may begin. */
function hasOtherText(bytes: Uint8Array): boolean {
  for (let from = 0; from < bytes.length; from += run) {
    for (const length of characters) {
      for (let start = from; start < from + 3; start++) {
        let to = start;
        for (let some = length(bytes, to); some > 0 && to - start < 4 * run; some = length(bytes, to)) to += some;
        if (to - start >= run && new Set(bytes.subarray(start, to)).size >= kinds) return true;
        if (to > start) break;
      }
    }
  }
  return false;
}

/** A ZIP without a file is its last record alone: of one disk, with as many entries on it as in all. */
function isEmptyArchive(tail: Uint8Array): boolean {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  for (let at = find(tail, zipEnd); at >= 0; at = find(tail, zipEnd, at + 1)) {
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
