/**
 * The safetensors container: 8 bytes little-endian header length, a JSON header, then the tensors' bytes.
 * The file may come from anywhere, so every number in it is checked before it is used.
 * Format: https://github.com/huggingface/safetensors (README, "Format").
 */
import * as v from 'valibot';
import { ReverieError } from '../../shared/errors';
import { sizeOf } from '../../shared/manifest';

/** Bytes per value of every dtype of the format; the importer reads three of them, the rest may lie beside. */
const itemBytes: ReadonlyMap<string, number> = new Map([
  ...(['BOOL', 'U8', 'I8', 'F8_E4M3', 'F8_E5M2'] as const).map((dtype) => [dtype, 1] as const),
  ...(['U16', 'I16', 'F16', 'BF16'] as const).map((dtype) => [dtype, 2] as const),
  ...(['U32', 'I32', 'F32'] as const).map((dtype) => [dtype, 4] as const),
  ...(['U64', 'I64', 'F64'] as const).map((dtype) => [dtype, 8] as const),
]);

/** The reference implementation's own bound. */
const maxHeaderBytes = 100_000_000;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const entrySchema = v.strictObject({
  dtype: v.string(),
  shape: v.array(count),
  /** From the end of the header, end exclusive. */
  data_offsets: v.tuple([count, count]),
});
const metadataSchema = v.record(v.string(), v.string());

export interface SafeTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export interface SafetensorsFile {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, SafeTensor>;
}

/** @throws ReverieError `weights-invalid`, naming what is wrong and where. */
export function parseSafetensors(file: Uint8Array): SafetensorsFile {
  const { header, data } = splitHeader(file);
  const { __metadata__, ...rest } = header;
  const metadata = v.safeParse(metadataSchema, __metadata__ ?? {});
  if (!metadata.success) throw invalid('its __metadata__ is not a map of strings');

  const tensors = new Map<string, SafeTensor>();
  const ranges: { name: string; begin: number; end: number }[] = [];
  for (const [name, value] of Object.entries(rest)) {
    const entry = v.safeParse(entrySchema, value);
    if (!entry.success) {
      const [issue] = entry.issues;
      throw invalid(`tensor ${name}: ${v.getDotPath(issue) ?? 'entry'}: ${issue.message}`);
    }
    const { dtype, shape, data_offsets } = entry.output;
    const [begin, end] = data_offsets;
    const width = itemBytes.get(dtype);
    if (width === undefined) throw invalid(`tensor ${name} has the unknown dtype ${dtype}`);
    const expected = sizeOf(shape) * width;
    if (end - begin !== expected) {
      throw invalid(
        `tensor ${name}: ${dtype} [${shape.join(', ')}] takes ${expected} bytes, its range has ${end - begin}`,
      );
    }
    if (end > data.length) {
      throw invalid(`tensor ${name} ends at byte ${end} of the data, which has ${data.length}; the file is cut short`);
    }
    tensors.set(name, { dtype, shape, bytes: data.subarray(begin, end) });
    ranges.push({ name, begin, end });
  }
  checkRanges(ranges, data.length);
  return { metadata: metadata.output, tensors };
}

function splitHeader(file: Uint8Array): { header: Record<string, unknown>; data: Uint8Array } {
  if (file.length < 8) throw invalid(`it has ${file.length} bytes; its header alone has more`);
  const length = new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(Math.min(maxHeaderBytes, file.length - 8))) {
    throw invalid(`its header claims ${length} bytes, the whole file has ${file.length}`);
  }
  const end = 8 + Number(length);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(8, end)));
  } catch (cause) {
    throw new ReverieError('weights-invalid', message('its header is not JSON'), { cause });
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) throw invalid('its header is no object');
  return { header: header as Record<string, unknown>, data: file.subarray(end) };
}

/** The format allows neither overlaps nor holes: either hides data, or shows the same data twice. */
function checkRanges(ranges: { name: string; begin: number; end: number }[], total: number): void {
  ranges.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let end = 0;
  let before = 'the header';
  for (const range of ranges) {
    if (range.begin < end) throw invalid(`tensors ${before} and ${range.name} overlap`);
    if (range.begin > end) throw invalid(`there are ${range.begin - end} unused bytes before tensor ${range.name}`);
    end = range.end;
    before = range.name;
  }
  if (end < total) throw invalid(`there are ${total - end} unused bytes after ${before}`);
}

const message = (detail: string) => `This is not a valid safetensors file: ${detail}. Download or export it again.`;
const invalid = (detail: string) => new ReverieError('weights-invalid', message(detail));
