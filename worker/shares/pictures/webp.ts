/** A WebP's chunks (RFC 9649): one still picture, with or without transparency, and no byte beside it. */
import { type Parsed, refuse } from './refuse';
import { checkVp8 } from './vp8';
import { checkVp8l } from './vp8l';

interface Chunk {
  readonly name: string;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Of VP8X: there is transparency. All other flags are of metadata and animation, or mean nothing. */
const alphaFlag = 0x10;
/** The only sequences that there are: plain, and extended with its canvas before all and its transparency before its colours. */
const sequences = /^(?:VP8 |VP8L|VP8X(?:VP8 |ALPHVP8 |VP8L))$/;

export function readWebp(bytes: Uint8Array<ArrayBuffer>): Parsed {
  const chunks = chunksOf(bytes);
  const names = chunks.map(({ name }) => name).join('');
  const strange = chunks.find(({ name }) => !['VP8 ', 'VP8L', 'VP8X', 'ALPH'].includes(name));
  if (strange)
    throw refuse(`it carries a WebP chunk ${/^[\w ]{4}$/.test(strange.name) ? strange.name.trim() : 'of no name'}`);
  if (!sequences.test(names)) throw refuse('its WebP chunks are out of order');
  const of = (name: string) => chunks.find((chunk) => chunk.name === name)?.data;
  const [lossyData, losslessData, alpha, canvas] = [of('VP8 '), of('VP8L'), of('ALPH'), of('VP8X')];
  const size = lossyData ? lossy(lossyData) : lossless(losslessData ?? new Uint8Array());
  const { width, height } = size;
  if (canvas) {
    const extent = extended(canvas);
    if (extent.width !== width || extent.height !== height) throw refuse('its sizes contradict each other');
    if (extent.alpha !== (alpha !== undefined) && lossyData) throw refuse('it says otherwise of its transparency');
  }
  if (alpha) transparency(alpha, size);
  const coded = { lossy: lossyData?.subarray(10), lossless: losslessData?.subarray(5), alpha: alpha?.subarray(1) };
  const check = () => {
    if (coded.lossy) checkVp8(coded.lossy, size.firstPartition, width, height);
    if (coded.lossless) checkVp8l(coded.lossless, width, height);
    // Else it is packed not at all, and of the right length.
    if (coded.alpha && alpha && (alpha[0] ?? 0) & 1) checkVp8l(coded.alpha, width, height);
  };
  const parts = Object.values(coded).filter((part) => part !== undefined);
  return { type: 'image/webp', width, height, pixels: { parts, isPacked: false, check } };
}

function chunksOf(bytes: Uint8Array<ArrayBuffer>): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = view.getUint32(4, true) + 8;
  if (end > bytes.length) throw refuse('it is cut short');
  if (end < bytes.length) throw refuse('something is hidden behind its end');
  const chunks: Chunk[] = [];
  // Four at most: a canvas, transparency, colours, and one too many.
  for (let at = 12; at < bytes.length && chunks.length <= 4; ) {
    if (at + 8 > bytes.length) throw refuse('it is cut short');
    const length = view.getUint32(at + 4, true);
    // Chunks are padded to even lengths, with nothing.
    const next = at + 8 + length + (length & 1);
    if (next > bytes.length) throw refuse('it is cut short');
    if (length & 1 && bytes[next - 1] !== 0) throw refuse('something is hidden between its chunks');
    chunks.push({
      name: String.fromCharCode(...bytes.subarray(at, at + 4)),
      data: bytes.subarray(at + 8, at + 8 + length),
    });
    at = next;
  }
  if (chunks.length === 0) throw refuse('it has no picture in it');
  return chunks;
}

interface Size {
  readonly width: number;
  readonly height: number;
  /** Bytes of a lossy picture's first part, which has all but its coefficients. */
  readonly firstPartition: number;
}

const viewOf = (data: Uint8Array): DataView => new DataView(data.buffer, data.byteOffset, data.byteLength);

function extended(data: Uint8Array) {
  if (data.length !== 10) throw refuse('its canvas is not described as a WebP’s is');
  const view = viewOf(data);
  if (view.getUint8(0) & ~alphaFlag || view.getUint8(1) || view.getUint16(2))
    throw refuse('it carries metadata or an animation');
  const at24 = (offset: number) => view.getUint16(offset, true) | (view.getUint8(offset + 2) << 16);
  return { width: at24(4) + 1, height: at24(7) + 1, alpha: view.getUint8(0) !== 0 };
}

/** RFC 6386, section 9.1: a key frame that is shown, of a known version and not to be enlarged, whose first partition lies within. */
function lossy(data: Uint8Array): Size {
  if (data.length < 11) throw refuse('it has no picture in it');
  const view = viewOf(data);
  const tag = view.getUint16(0, true) | (view.getUint8(2) << 16);
  const [isKeyFrame, version, isShown, firstPartition] = [(tag & 1) === 0, (tag >> 1) & 7, (tag >> 4) & 1, tag >> 5];
  const startCode = view.getUint32(2) & 0xffffff;
  if (!isKeyFrame || version > 3 || !isShown || startCode !== 0x9d012a) throw refuse('it has no picture in it');
  if (firstPartition === 0 || 10 + firstPartition > data.length) throw refuse('it is cut short');
  const [width, height] = [view.getUint16(6, true), view.getUint16(8, true)];
  if (width > 0x3fff || height > 0x3fff) throw refuse('it asks to be enlarged');
  return { width, height, firstPartition };
}

/** RFC 9649, section 3.4. */
function lossless(data: Uint8Array): Size {
  if (data.length < 6) throw refuse('it has no picture in it');
  const view = viewOf(data);
  const bits = view.getUint32(1, true);
  if (view.getUint8(0) !== 0x2f || bits >>> 29 !== 0) throw refuse('it has no picture in it');
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, firstPartition: 0 };
}

/** RFC 9649, section 2.7.1.2: how it is packed, in bits of which two mean nothing; unpacked, a byte for every pixel. */
function transparency(data: Uint8Array, { width, height }: Size): void {
  const head = data[0] ?? 0xff;
  const [packing, preprocessing] = [head & 3, (head >> 4) & 3];
  if (packing > 1 || preprocessing > 1 || head >> 6 !== 0) throw refuse('its transparency is of no known kind');
  if (packing === 0 ? data.length !== 1 + width * height : data.length < 2)
    throw refuse('its transparency is of another size');
}
