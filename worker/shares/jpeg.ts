/** A JPEG's markers (ITU-T T.81, annex B), read without decoding: what browsers write from a canvas, and nothing else. */
import { limits } from '../../shared/limits';
import { refuse, type Sniffed } from './refuse';

const [startOfImage, endOfImage, startOfScan] = [0xd8, 0xd9, 0xda] as const;
/** Baseline, extended and progressive frames with Huffman coding. */
const frames = new Set([0xc0, 0xc1, 0xc2]);
/** JFIF's APP0 and Adobe's APP14, which says how colours are coded; tables and restart intervals. */
const allowed = new Set([0xe0, 0xee, 0xc4, 0xdb, 0xdd, startOfScan, ...frames]);
/** Their only forms that hold nothing else: JFIF 1.x without its thumbnail, which may show what was cut away. */
const plain: Readonly<Record<number, { readonly name: string; readonly length: number }>> = {
  224: { name: 'JFIF\0', length: 16 },
  238: { name: 'Adobe', length: 14 },
};
const metadata: Readonly<Record<number, string>> = {
  225: 'EXIF or XMP',
  226: 'a colour profile',
  237: 'IPTC',
  254: 'a comment',
};

export function readJpeg(bytes: Uint8Array): Sniffed {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let size: { width: number; height: number } | undefined;
  let scans = 0;
  let at = 2;
  if (bytes[0] !== 0xff || bytes[1] !== startOfImage) throw refuse('it is no JPEG');
  for (;;) {
    // Markers may be padded with any number of 0xff.
    if (bytes[at] !== 0xff) throw refuse('its JPEG markers are out of order');
    while (bytes[at] === 0xff) at++;
    const marker = bytes[at++];
    if (marker === undefined) throw refuse('it is cut short');
    if (marker === endOfImage) break;
    if (!allowed.has(marker)) throw refuse(`it carries ${metadata[marker] ?? `a JPEG marker ${marker.toString(16)}`}`);
    if (at + 2 > bytes.length) throw refuse('it is cut short');
    const length = view.getUint16(at);
    if (length < 2 || at + length > bytes.length) throw refuse('it is cut short');
    const form = plain[marker];
    if (form && (length !== form.length || !startsWith(bytes, at + 2, form.name))) {
      throw refuse(`its ${form.name.slice(0, 5)} part holds more than it should`);
    }
    if (frames.has(marker)) {
      if (size || length < 8) throw refuse('it has more than one frame');
      size = { height: view.getUint16(at + 3), width: view.getUint16(at + 5) };
    }
    at += length;
    if (marker === startOfScan) {
      if (++scans > limits.share.maxJpegScans) throw refuse(`it has more than ${limits.share.maxJpegScans} scans`);
      at = endOfEntropy(bytes, at);
    }
  }
  if (at !== bytes.length) throw refuse('something is hidden behind its end');
  if (!size || scans === 0) throw refuse('it has no picture in it');
  return { type: 'image/jpeg', ...size };
}

const startsWith = (bytes: Uint8Array, at: number, name: string): boolean =>
  [...name].every((character, i) => bytes[at + i] === character.charCodeAt(0));

/** Where the next marker begins: in coded data 0xff is followed by 0 or by a restart marker. */
function endOfEntropy(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 2)) {
    const next = bytes[at + 1];
    if (next === undefined) break;
    if (next !== 0 && (next < 0xd0 || next > 0xd7)) return at;
  }
  throw refuse('it is cut short');
}
