/** A JPEG's segments (ITU-T T.81, annex B), read without decoding: what encoders write, and in them no byte of anything else. */
import { limits } from '../../../shared/limits';
import { huffman, quantisation } from './jpegTables';
import { type Parsed, refuse } from './refuse';

const [startOfImage, endOfImage, startOfScan] = [0xd8, 0xd9, 0xda] as const;
/** Huffman coding, all at once or progressive. */
const [baseline, progressive] = [0xc0, 0xc2] as const;
const metadata: ReadonlyMap<number, string> = new Map([
  [0xe1, 'EXIF or XMP'],
  [0xe2, 'a colour profile'],
  [0xed, 'IPTC'],
  [0xfe, 'a comment'],
]);

/** Of a component: its number, its table of quantisation, blocks in its units, and how often it was scanned. */
interface Component {
  readonly id: number;
  readonly table: number;
  scans: number;
}

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly progressive: boolean;
  readonly components: readonly Component[];
  readonly blocks: number;
}

export function readJpeg(bytes: Uint8Array<ArrayBuffer>): Parsed {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const quantisations = new Set<number>();
  /** By class and number, whether it was used since it was defined. */
  const codes = new Map<number, boolean>();
  const once = new Set<number>();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let frame: Frame | undefined;
  let interval = 0;
  let at = 2;
  if (bytes[0] !== 0xff || bytes[1] !== startOfImage) throw refuse('it is no JPEG');
  for (let before: number = startOfImage; ; ) {
    const marker = bytes[at + 1];
    if (marker === undefined) throw refuse('it is cut short');
    // Markers may be padded with any number of 0xff; nobody needs to.
    if (bytes[at] !== 0xff || marker === 0xff) throw refuse('its JPEG markers are out of order');
    at += 2;
    if (marker === endOfImage) break;
    const length = at + 2 <= bytes.length ? view.getUint16(at) : 0;
    if (length < 2 || at + length > bytes.length) throw refuse('it is cut short');
    const data = bytes.subarray(at + 2, at + length);
    at += length;
    switch (marker) {
      case 0xe0:
        if (before !== startOfImage || !isJfif(data)) throw refuse('its JFIF part holds more than it should');
        break;
      case 0xee:
        if (!isAdobe(data)) throw refuse('its Adobe part holds more than it should');
        break;
      case 0xdb:
        for (const id of quantisation(data)) {
          if (quantisations.has(id)) throw refuse('it has a table twice');
          quantisations.add(id);
        }
        break;
      case 0xc4:
        for (const id of huffman(data, frame?.progressive ?? false)) {
          if (codes.get(id) === false) throw refuse('it has a table that nothing needs');
          codes.set(id, false);
        }
        break;
      case 0xdd:
        interval = data.length === 2 ? view.getUint16(at - 2) : 0;
        if (interval === 0) throw refuse('its restart interval is none');
        break;
      case baseline:
      case progressive:
        frame = frameOf(data, marker === progressive);
        break;
      case startOfScan: {
        if (!frame) throw refuse('it has no picture in it');
        if (parts.length >= limits.share.maxJpegScans) {
          throw refuse(`it has more than ${limits.share.maxJpegScans} scans`);
        }
        for (const id of scan(data, frame)) {
          if (!codes.has(id)) throw refuse('it has a scan without its tables');
          codes.set(id, true);
        }
        const end = endOfEntropy(bytes, at, interval > 0);
        parts.push(bytes.subarray(at, end));
        at = end;
        break;
      }
      default:
        throw refuse(`it carries ${metadata.get(marker) ?? `a JPEG marker ${marker.toString(16)}`}`);
    }
    if ([0xe0, 0xee, 0xdd, baseline, progressive].includes(marker)) {
      const kind = marker === progressive ? baseline : marker;
      if (once.has(kind)) throw refuse('it has more than one frame, or a part twice');
      once.add(kind);
    }
    before = marker;
  }
  if (at !== bytes.length) throw refuse('something is hidden behind its end');
  if (!frame || frame.components.some(({ scans }) => scans === 0)) throw refuse('it has no picture in it');
  const used = new Set(frame.components.map(({ table }) => table));
  if (used.size !== quantisations.size || [...used].some((id) => !quantisations.has(id)))
    throw refuse('it has other tables than it needs');
  if ([...codes.values()].includes(false)) throw refuse('it has a table that nothing needs');
  // A block of 64 coefficients has 27 bits for each at most, and every byte may have to be escaped.
  const most = frame.blocks * 64 * 7 * (frame.progressive ? 2 : 1) + 64 * parts.length;
  if (parts.reduce((sum, part) => sum + part.length, 0) > most) throw refuse('it has more data than pixels');
  return { type: 'image/jpeg', width: frame.width, height: frame.height, pixels: { parts } };
}

const startsWith = (data: Uint8Array, name: string): boolean =>
  [...name].every((character, i) => data[i] === character.charCodeAt(0));

/** JFIF 1.x without its thumbnail, which may show what was cut away, and with one of the densities that encoders write. */
function isJfif(data: Uint8Array): boolean {
  const [major, minor, units, x1, x0, y1, y0, width, height] = data.subarray(5);
  const square = x1 === y1 && x0 === y0 && x1 === (x0 === 44 ? 1 : 0);
  return (
    data.length === 14 &&
    startsWith(data, 'JFIF\0') &&
    major === 1 &&
    (minor ?? 9) <= 2 &&
    (units ?? 9) <= 2 &&
    square &&
    // 1, 72, 96, 100 and 300.
    [1, 72, 96, 100, 44].includes(x0 ?? 0) &&
    width === 0 &&
    height === 0
  );
}

/** Version 100, no flags, and how colours are coded. */
const isAdobe = (data: Uint8Array): boolean =>
  data.length === 12 &&
  startsWith(data, 'Adobe\0d') &&
  data.subarray(7, 11).every((byte) => byte === 0) &&
  (data[11] ?? 9) <= 2;

function frameOf(data: Uint8Array, isProgressive: boolean): Frame {
  const [precision, h1 = 0, h0 = 0, w1 = 0, w0 = 0, count = 0] = data;
  if (precision !== 8 || ![1, 3].includes(count) || data.length !== 6 + 3 * count)
    throw refuse('it is another kind of JPEG than a canvas writes');
  const [width, height] = [w1 * 256 + w0, h1 * 256 + h0];
  let blocks = 0;
  const components = Array.from({ length: count }, (_, i): Component => {
    const [id = 0, sampling = 0, table = 9] = data.subarray(6 + 3 * i);
    const [across, down] = [sampling >> 4, sampling & 15];
    if (across < 1 || across > 4 || down < 1 || down > 4 || table > 3)
      throw refuse('it is another kind of JPEG than a canvas writes');
    blocks += (Math.ceil(width / 8) + across) * (Math.ceil(height / 8) + down);
    return { id, table, scans: 0 };
  });
  // Numbered from 0 or 1 on, as encoders do.
  const first = components[0]?.id ?? 9;
  if (first > 1 || components.some(({ id }, i) => id !== first + i)) throw refuse('its components are out of order');
  return { width, height, progressive: isProgressive, components, blocks };
}

/** @returns the tables that it needs, by class and number. */
function scan(data: Uint8Array, frame: Frame): number[] {
  const count = data[0] ?? 0;
  if (count < 1 || count > frame.components.length || data.length !== 4 + 2 * count)
    throw refuse('it has a scan of no kind');
  const [from = 0, to = 0, approximation = 0] = data.subarray(1 + 2 * count);
  const [high, low] = [approximation >> 4, approximation & 15];
  const isWhole = from === 0 && to === 63 && approximation === 0;
  const isPart =
    from <= to && to <= 63 && (from > 0 ? count === 1 : to === 0) && low <= 13 && (high === 0 || high === low + 1);
  if (frame.progressive ? !isPart : !isWhole) throw refuse('it has a scan of no kind');
  const needed: number[] = [];
  let last = -1;
  for (let i = 0; i < count; i++) {
    const [id, tables = 0] = data.subarray(1 + 2 * i);
    const place = frame.components.findIndex((component) => component.id === id);
    const component = frame.components[place];
    if (!component || place <= last) throw refuse('its components are out of order');
    last = place;
    component.scans++;
    if (!frame.progressive && component.scans > 1) throw refuse('it has a scan twice');
    const [dc, ac] = [tables >> 4, tables & 15];
    if (dc > 3 || ac > 3) throw refuse('it has a scan of no kind');
    const [needsDc, needsAc] = [from === 0 && high === 0, to > 0];
    // What a scan does not need is 0.
    if ((!needsDc && dc !== 0) || (!needsAc && ac !== 0)) throw refuse('it has a scan of no kind');
    if (needsDc) needed.push(dc);
    if (needsAc) needed.push(16 + ac);
  }
  return needed;
}

/** Where the next marker begins: in coded data 0xff is followed by 0, or by the next restart marker where there are any. */
function endOfEntropy(bytes: Uint8Array, from: number, restarts: boolean): number {
  let restart = 0;
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 2)) {
    const next = bytes[at + 1];
    if (next === undefined) break;
    if (next === 0) continue;
    if (next < 0xd0 || next > 0xd7) return at;
    if (!restarts || next !== 0xd0 + (restart++ & 7)) throw refuse('its restart markers are out of order');
  }
  throw refuse('it is cut short');
}
