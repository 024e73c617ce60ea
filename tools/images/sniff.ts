/**
 * What a file claims to be, by its first bytes. Names in messages come from here, and so does the
 * answer to "is this animated?" for PNG, which libvips does not tell.
 */

export interface Sniffed {
  /** As people call it: `JPEG`, `SVG`. */
  readonly name: string;
  /** False when Reverie does not read it here; the message then says what to do instead. */
  readonly readable: boolean;
  /** PNG only: it has an `acTL` chunk, so it is an APNG. */
  readonly animated?: boolean;
}

/** Kinds that are read, as people call them. */
export const readableKinds = ['JPEG', 'PNG', 'WebP', 'GIF', 'AVIF', 'HEIC', 'TIFF', 'BMP'] as const;

/** What their files are called; the first bytes decide, not the name. */
export const pictureExtensions: readonly string[] = [
  ...['.jpg', '.jpeg', '.png', '.webp', '.gif', '.avif', '.heic', '.heif', '.tif', '.tiff', '.bmp'],
];

const ascii = (bytes: Uint8Array, from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
const startsWith = (bytes: Uint8Array, ...prefix: number[]) => prefix.every((byte, i) => bytes[i] === byte);

/** ISO base media brands (`ftyp` box) of still pictures. HEVC-coded ones need a decoder that libvips' prebuilt lacks. */
const hevcBrands = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1']);

/** An APNG announces itself with an `acTL` chunk before the first `IDAT` (PNG 3rd edition, 11.3.6.1). */
function isAnimatedPng(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 8 <= bytes.length; at += 12 + view.getUint32(at)) {
    const type = ascii(bytes, at + 4, at + 8);
    if (type === 'acTL') return true;
    if (type === 'IDAT') return false;
  }
  return false;
}

/** @returns null when the bytes look like no picture at all. */
export function sniff(bytes: Uint8Array): Sniffed | null {
  if (startsWith(bytes, 0xff, 0xd8, 0xff)) return { name: 'JPEG', readable: true };
  if (startsWith(bytes, 0x89, 0x50, 0x4e, 0x47)) return { name: 'PNG', readable: true, animated: isAnimatedPng(bytes) };
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return { name: 'WebP', readable: true };
  if (ascii(bytes, 0, 4) === 'GIF8') return { name: 'GIF', readable: true };
  if (startsWith(bytes, 0x49, 0x49, 0x2a, 0) || startsWith(bytes, 0x4d, 0x4d, 0, 0x2a)) {
    return { name: 'TIFF', readable: true };
  }
  if (ascii(bytes, 4, 8) === 'ftyp') {
    const brand = ascii(bytes, 8, 12);
    if (brand === 'avif' || brand === 'avis') return { name: 'AVIF', readable: true };
    if (hevcBrands.has(brand)) return { name: 'HEIC', readable: false };
    return { name: 'video', readable: false };
  }
  if (ascii(bytes, 0, 5) === '%PDF-') return { name: 'PDF', readable: false };
  if (ascii(bytes, 0, 2) === 'BM') return { name: 'BMP', readable: false };
  if (ascii(bytes, 0, 4) === '8BPS') return { name: 'Photoshop', readable: false };
  if (startsWith(bytes, 0, 0, 1, 0)) return { name: 'icon', readable: false };
  if (startsWith(bytes, 0xff, 0x0a) || ascii(bytes, 4, 8) === 'JXL ') return { name: 'JPEG XL', readable: false };
  if (ascii(bytes, 4, 8) === 'jP  ') return { name: 'JPEG 2000', readable: false };
  const text = ascii(bytes, 0, Math.min(bytes.length, 1024)).trimStart();
  if (/^(<\?xml|<!--|<!DOCTYPE svg|<svg)/i.test(text) && /<svg[\s>]/i.test(text))
    return { name: 'SVG', readable: false };
  return null;
}
