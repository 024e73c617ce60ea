/** The tables of a JPEG: numbers with a meaning, and with little freedom in what encoders write. */
import { hexOf } from '../random';
import { Code } from './bits';
import { refuse } from './refuse';

/** T.81, table K.1 and K.2 in the order of a zigzag: what libjpeg scales by a quality from 1 to 100. */
const usual = [
  '100b0c0e0c0a100e0d0e1211101318281a181616183123251d283a333d3c3933383740485c4e404457453738506d51575f626768673e4d71797064785c656763',
  '1112121815182f1a1a2f6342384263636363636363636363636363636363636363636363636363636363636363636363636363636363636363636363636363',
].map((text) => bytesOf(text.padEnd(128, '63')));

/** T.81, tables K.3 to K.6: how many codes of each length, and for which values. */
const standard = new Set([
  '00010501010101010100000000000000000102030405060708090a0b',
  '00030101010101010101010000000000000102030405060708090a0b',
  '0002010303020403050504040000017d01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa',
  '00020102040403040705040400010277000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa',
]);

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Tables of 64 steps of a byte each. @returns their numbers. */
export function quantisation(data: Uint8Array): number[] {
  if (data.length === 0 || data.length % 65 !== 0) throw refuse('its tables are of another length');
  return Array.from({ length: data.length / 65 }, (_, i) => {
    const [id = 9, ...steps] = data.subarray(65 * i, 65 * (i + 1));
    if (id > 3 || steps.includes(0) || !(isScaled(steps) || isRising(steps)))
      throw refuse('its tables are none that an encoder writes');
    return id;
  });
}

/** By libjpeg's quality, of which there are a hundred. */
function isScaled(steps: readonly number[]): boolean {
  for (let quality = 1; quality <= 100; quality++) {
    const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
    const scaled = (base: number) => Math.min(255, Math.max(1, Math.floor((base * scale + 50) / 100)));
    if (usual.some((base) => base.every((value, i) => scaled(value) === steps[i]))) return true;
  }
  return false;
}

/**
 * Other encoders' tables are like them: fine details, at the end, are kept less well than coarse ones. Text is as it is from
 * its beginning to its end.
 */
function isRising(steps: readonly number[]): boolean {
  const means = Array.from({ length: 8 }, (_, i) => steps.slice(8 * i, 8 * i + 8).reduce((a, b) => a + b) / 8);
  const [first = 0, last = 0] = [means[0], means[7]];
  const rises = means.every((mean, i) => mean >= 0.8 * Math.max(...means.slice(0, i), 0));
  return rises && (Math.max(...steps) <= 16 || last >= Math.min(1.5 * first, 240));
}

export interface Table {
  /** Its class (16: of AC coefficients) and number. */
  readonly id: number;
  readonly code: Code;
  /** Of the standard's own; else it was made for this picture. */
  readonly isStandard: boolean;
}

/**
 * Tables of codes: the standard ones, or those made for this picture, whose values are in ascending order among codes of
 * one length, as libjpeg makes them.
 */
export function huffman(data: Uint8Array, progressive: boolean): Table[] {
  const tables: Table[] = [];
  for (let at = 0; at < data.length; ) {
    const id = data[at] ?? 0xff;
    const counts = data.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const values = data.subarray(at + 17, at + 17 + total);
    if ((id & 15) > 3 || id >> 4 > 1 || counts.length < 16 || total === 0 || values.length !== total)
      throw refuse('its tables are of another length');
    const isStandard = standard.has(hexOf(counts) + hexOf(values));
    if (!isStandard && !(isCode(counts) && isUsual(counts, values, id >> 4 === 1, progressive)))
      throw refuse('its tables are none that an encoder writes');
    tables.push({ id, code: new Code(counts, values), isStandard });
    at += 17 + total;
  }
  if (tables.length === 0) throw refuse('its tables are of another length');
  return tables;
}

/** Lengths above 16 that codes of a picture would have had: noise at the best qualities has some. */
const mostFalls = 12;

/** No code begins another, and none is all ones (T.81, annex C). */
function isCode(counts: Uint8Array): boolean {
  const taken = counts.reduce((sum, count, i) => sum + count * 2 ** (15 - i), 0);
  return taken < 2 ** 16;
}

function isUsual(counts: Uint8Array, values: Uint8Array, isAc: boolean, progressive: boolean): boolean {
  if (new Set(values).size !== values.length) return false;
  // A difference of DC has 11 bits at most, a coefficient 10, behind 15 zeros; runs of empty blocks are progressive.
  const isValue = (value: number) =>
    isAc ? (value & 15) <= 10 && ((value & 15) > 0 || value === 0 || value === 0xf0 || progressive) : value <= 11;
  let at = 0;
  let falls = 0;
  for (const [i, count] of counts.entries()) {
    const some = values.subarray(at, at + count);
    if (!some.every(isValue)) return false;
    const fallsHere = some.reduce((sum, value, j) => sum + (j > 0 && value < (some[j - 1] ?? 0) ? 1 : 0), 0);
    // Codes that would have had more than 16 bits are made shorter, and stay in the order of how long they would have been.
    if (i + 1 < 8 && fallsHere > 0) return false;
    falls += fallsHere;
    at += count;
  }
  return falls <= mostFalls;
}
