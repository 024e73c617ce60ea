/** A JPEG's segments (ITU-T T.81, annex B), read without decoding: what encoders write, and in them no byte of anything else. */
import { limits } from '../../../shared/limits';
import type { Code } from './bits';
import { checkScan, type Scan, type ScanPart } from './jpegCoded';
import { huffman, quantisation, type Table } from './jpegTables';
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

/** Of a component: its number, its table of quantisation, and of its coefficients, from which bit on they were scanned. */
interface Component extends Omit<ScanPart, 'dc' | 'ac'> {
  readonly id: number;
  readonly table: number;
  readonly low: Int8Array;
}
/** Of a coefficient that was in no scan yet. */
const unscanned = 14;
/** Progressive encoders leave two bits for later, or three. */
const mostLow = 4;

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly progressive: boolean;
  readonly components: readonly Component[];
  /** MCUs of a scan of all components. */
  readonly units: number;
}

export function readJpeg(bytes: Uint8Array<ArrayBuffer>): Parsed {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const quantisations = new Set<number>();
  /** By class and number. */
  const codes = new Map<number, Code>();
  const tables: Pick<Table, 'code' | 'isStandard'>[] = [];
  const once = new Set<number>();
  const scans: Scan[] = [];
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
        for (const { id, code, isStandard } of huffman(data, frame?.progressive ?? false)) {
          codes.set(id, code);
          tables.push({ code, isStandard });
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
        if (scans.length >= limits.share.maxJpegScans) {
          throw refuse(`it has more than ${limits.share.maxJpegScans} scans`);
        }
        const { data: pieces, end } = entropyCoded(bytes, at, interval > 0);
        scans.push({ ...scan(data, frame, codes), data: pieces, interval });
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
  if (!frame || frame.components.some(({ low }) => low.some((bit) => bit !== 0)))
    throw refuse('it has no picture in it');
  const used = new Set(frame.components.map(({ table }) => table));
  if (used.size !== quantisations.size || [...used].some((id) => !quantisations.has(id)))
    throw refuse('it has other tables than it needs');
  // The first scan has the most.
  if (interval >= (scans[0]?.units ?? 0)) throw refuse('its restart interval is none');
  const check = () => {
    for (const each of scans) checkScan(each);
    // A table that was made for the picture has a code for what comes in it, and for nothing else.
    if (tables.some(({ code: { met }, isStandard }) => !met[isStandard ? 'some' : 'every'](Boolean)))
      throw refuse('it has a table that nothing needs');
  };
  return {
    type: 'image/jpeg',
    width: frame.width,
    height: frame.height,
    pixels: { parts: scans.flatMap(({ data }) => data), isPacked: false, check },
  };
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
  const sampling = Array.from({ length: count }, (_, i) => {
    const [id = 0, factors = 0, table = 9] = data.subarray(6 + 3 * i);
    const [across, down] = [factors >> 4, factors & 15];
    if (across < 1 || across > 4 || down < 1 || down > 4 || table > 3)
      throw refuse('it is another kind of JPEG than a canvas writes');
    return { id, across, down, table };
  });
  // T.81, B.2.3.
  if (count > 1 && sampling.reduce((sum, { across, down }) => sum + across * down, 0) > 10)
    throw refuse('it is another kind of JPEG than a canvas writes');
  const [widest, tallest] = [Math.max(...sampling.map((s) => s.across)), Math.max(...sampling.map((s) => s.down))];
  const components = sampling.map(({ id, across, down, table }): Component => {
    const columns = Math.ceil(Math.ceil((width * across) / widest) / 8);
    const rows = Math.ceil(Math.ceil((height * down) / tallest) / 8);
    // What is too large for anybody is refused before it is needed.
    const met = new Uint8Array(isProgressive && width * height <= limits.share.maxPixels ? 64 * columns * rows : 0);
    return { id, across, down, table, columns, rows, met, low: new Int8Array(64).fill(unscanned) };
  });
  // Numbered from 0 or 1 on, as encoders do.
  const first = components[0]?.id ?? 9;
  if (first > 1 || components.some(({ id }, i) => id !== first + i)) throw refuse('its components are out of order');
  const units = Math.ceil(width / (8 * widest)) * Math.ceil(height / (8 * tallest));
  return { width, height, progressive: isProgressive, components, units };
}

/** @param codes by class and number, as they are defined at the time. */
function scan(data: Uint8Array, frame: Frame, codes: ReadonlyMap<number, Code>): Omit<Scan, 'data' | 'interval'> {
  const { progressive } = frame;
  const count = data[0] ?? 0;
  if (count < 1 || count > frame.components.length || data.length !== 4 + 2 * count)
    throw refuse('it has a scan of no kind');
  const [from = 0, to = 0, approximation = 0] = data.subarray(1 + 2 * count);
  const [high, low] = [approximation >> 4, approximation & 15];
  const isPart =
    from <= to && to <= 63 && (from > 0 ? count === 1 : to === 0) && low <= mostLow && (high === 0 || high === low + 1);
  if (progressive ? !isPart : from !== 0 || to !== 63 || approximation !== 0) throw refuse('it has a scan of no kind');
  const refines = high > 0;
  const [needsDc, needsAc] = [from === 0 && !refines, to > 0];
  const code = (id: number, isNeeded: boolean) => {
    // What a scan does not need is 0.
    if (!isNeeded && (id & 15) !== 0) throw refuse('it has a scan of no kind');
    const found = isNeeded ? codes.get(id) : undefined;
    if (isNeeded && !found) throw refuse('it has a scan without its tables');
    return found;
  };
  let last = -1;
  const parts = Array.from({ length: count }, (_, i): ScanPart => {
    const [id, tables = 0] = data.subarray(1 + 2 * i);
    const place = frame.components.findIndex((component) => component.id === id);
    const component = frame.components[place];
    if (!component || place <= last) throw refuse('its components are out of order');
    last = place;
    // Bit by bit, and each once.
    const scanned = component.low.subarray(from, to + 1);
    if (scanned.some((bit) => bit !== (refines ? high : unscanned))) throw refuse('it has a scan twice');
    scanned.fill(low);
    return { ...component, dc: code(tables >> 4, needsDc), ac: code(16 + (tables & 15), needsAc) };
  });
  return { parts, from, to, refines, progressive, units: frame.units };
}

/**
 * What lies before the next marker, in pieces from restart to restart: in coded data 0xff is followed by 0, or by the next
 * restart marker where there are any.
 */
function entropyCoded(bytes: Uint8Array<ArrayBuffer>, from: number, restarts: boolean) {
  const data: Uint8Array[] = [];
  let begin = from;
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 2)) {
    const next = bytes[at + 1];
    if (next === undefined) break;
    if (next === 0) continue;
    const isRestart = next >= 0xd0 && next <= 0xd7;
    if (isRestart && (!restarts || next !== 0xd0 + (data.length & 7)))
      throw refuse('its restart markers are out of order');
    data.push(bytes.subarray(begin, at));
    if (!isRestart) return { data, end: at };
    begin = at + 2;
  }
  throw refuse('it is cut short');
}
