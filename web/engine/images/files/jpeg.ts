/** A JPEG's size, orientation and completeness, by walking its segments (ITU T.81, Exif 2.3). */
import { hasTag, u8, u16be } from './bytes';
import { exifOrientation, turned } from './exif';

/** True when an end-of-image marker stands behind the first scan; an Exif thumbnail's own does not count. */
function hasEnd(bytes: Uint8Array, scan: number): boolean {
  for (let at = bytes.length - 2; at > scan; at--) {
    if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return true;
  }
  return false;
}

export function readJpeg(bytes: Uint8Array) {
  let size: { width: number; height: number } | null = null;
  let orientation: number | undefined;
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (u8(bytes, at) !== 0xff) return null;
    const marker = u8(bytes, at + 1);
    if (marker === 0xff) {
      at += 1; // fill byte
      continue;
    }
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2; // markers without a segment
      continue;
    }
    const length = u16be(bytes, at + 2);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) size = { width: u16be(bytes, at + 7), height: u16be(bytes, at + 5) };
    if (marker === 0xe1 && hasTag(bytes, at + 4, 'Exif\0')) {
      orientation ??= exifOrientation(bytes, at + 10, Math.min(at + 2 + length, bytes.length));
    }
    if (marker === 0xda || marker === 0xd9) break;
    at += 2 + length;
  }
  if (!size) return null;
  const complete = hasEnd(bytes, at);
  const endless = !complete && u8(bytes, at + 1) === 0xda;
  return { ...turned(size, orientation ?? 1), animated: false, complete, ...(endless && { endless }) };
}
