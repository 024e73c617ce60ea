/**
 * A style of somebody's own as one file (`.reverie-style`): a line of JSON, then what was taught in half precision or the
 * statistics of a painting, then a thumbnail. The format in words: README.md. Nothing in it is believed before it is checked:
 * files come from anywhere.
 */
import * as v from 'valibot';
import { decodeStyle, encodeStyle, type MeasuredStyle, styleBytes } from '../../../shared/anyStyle/statistics';
import { ReverieError } from '../../../shared/errors';
import { decodeFloat16, encodeFloat16 } from '../../../shared/float16';
import { sha256Hex } from '../../../shared/hash';
import { limits } from '../../../shared/limits';
import { idSchema, sha256Schema } from '../../../shared/manifest';
import { isObject } from '../../../shared/objects';
import { ownStyleId, trainedParts } from '../../../shared/ownStyle';
import { transformerSchema } from '../../../shared/transformer';
import { numbersOf, ownStyles } from '../transformer/parameters';
import type { OwnStyle } from '../types';

export const styleFileExtension = '.reverie-style';

/** One more for every change after which an older Reverie would read something wrong. 2: a last filter of its own. 3: splines and chance. */
const version = 3;
const versions = [1, 2, version] as const;
/** Of a file that holds statistics: an older Reverie says of it that it is newer. */
const paintingVersion = 4;
const format = 'reverie-style';

const { maxNameLength, maxHeaderBytes, maxThumbnailBytes, maxSteps } = limits.train;

const whole = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(max));

/** Control characters, and those that turn the direction of writing around. */
const unprintable = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;
/** A name as it is kept: one line, not too long, never empty. */
export const cleanName = (name: string): string =>
  [...name.replaceAll(unprintable, ' ').trim()].slice(0, maxNameLength).join('').trim() || '?';

const { styles: _, ...shape } = transformerSchema.entries;

/** What every such file says. */
const common = {
  format: v.literal(format),
  name: v.pipe(
    v.string(),
    v.check((name) => name === cleanName(name)),
  ),
  thumbnail: whole(maxThumbnailBytes),
  sha256: sha256Schema,
};

const headerSchema = v.strictObject({
  ...common,
  version: v.picklist(versions),
  network: idSchema,
  weights: sha256Schema,
  transformer: v.strictObject(shape),
  trains: v.picklist(trainedParts),
  steps: whole(maxSteps),
});

const paintingSchema = v.strictObject({
  ...common,
  version: v.literal(paintingVersion),
  /** How many sizes of it were measured. */
  sizes: v.pipe(whole(limits.paintings.maxSizes), v.minValue(1)),
});

/** A painting without the painting. */
export interface PaintingFile {
  readonly name: string;
  /** Of one painting, each at its size (shared/anyStyle/statistics.ts). */
  readonly sizes: readonly MeasuredStyle[];
  /** JPEG, PNG or WebP; empty where there is none. */
  readonly thumbnail: Uint8Array<ArrayBuffer>;
}

/** What the file says, beside what a run needs. */
export interface StyleFile extends OwnStyle {
  readonly name: string;
  /** That it was trained for. */
  readonly steps: number;
  /** JPEG, PNG or WebP; empty where there is none. */
  readonly thumbnail: Uint8Array<ArrayBuffer>;
}

/**
 * The id follows from the numbers: the same style has the same name in recipes, wherever it is imported.
 * @throws ReverieError `training-file-invalid` when it would not be read back
 */
export async function encodeStyleFile(style: Omit<StyleFile, 'id'>): Promise<Uint8Array<ArrayBuffer>> {
  const { values, thumbnail, name, network, weights, transformer, trains, steps } = style;
  const said = { version, name, network, weights, transformer, trains, steps };
  const bytes = await fileOf(said, encodeFloat16(values), thumbnail);
  await decodeStyleFile(bytes);
  return bytes;
}

/** @throws ReverieError `training-file-invalid` when it would not be read back */
export async function encodePaintingFile({ name, sizes, thumbnail }: PaintingFile): Promise<Uint8Array<ArrayBuffer>> {
  const said = { version: paintingVersion, name, sizes: sizes.length };
  const bytes = await fileOf(said, joined(sizes.map(encodeStyle)), thumbnail);
  await decodePaintingFile(bytes);
  return bytes;
}

async function fileOf(
  said: { readonly name: string },
  numbers: Uint8Array,
  thumbnail: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const body = joined([numbers, thumbnail]);
  const name = cleanName(said.name);
  const header = { format, ...said, name, thumbnail: thumbnail.length, sha256: await sha256Hex(body) };
  return joined([new TextEncoder().encode(`${JSON.stringify(header)}\n`), body]);
}

/** @throws ReverieError `training-file-invalid` for anything that is not such a file, whole and undamaged. */
export async function decodeStyleFile(bytes: Uint8Array): Promise<StyleFile> {
  const { value, body } = headerOf(bytes);
  const parsed = v.safeParse(headerSchema, value);
  if (!parsed.success) throw invalid(isNewer(value) ? 'it was made by a newer Reverie' : 'it is something else');
  const { thumbnail: size, sha256, format: _format, version: _version, ...said } = parsed.output;
  const configuration = { ...said.transformer, styles: ownStyles(said.trains) };
  if (configuration.norm !== 'instance') throw invalid('no style can be learned for such a network');
  const numbers = 2 * numbersOf(said, configuration);
  const thumbnail = await thumbnailOf(body, numbers, size, sha256);
  const values = decodeFloat16(body.subarray(0, numbers));
  if (!values.every(Number.isFinite)) throw invalid('it holds numbers that are none');
  const id = ownStyleId(await sha256Hex(body.subarray(0, numbers)));
  return { ...said, id, values, thumbnail };
}

/** Whether such a file holds statistics; any other is for `decodeStyleFile` to refuse. */
export function isPaintingFile(bytes: Uint8Array): boolean {
  const { value } = headerOf(bytes);
  return isObject(value) && value.version === paintingVersion;
}

/**
 * What the statistics are of is told from them: the network's weights.
 * @throws ReverieError `training-file-invalid`, `style-invalid`
 */
export async function decodePaintingFile(bytes: Uint8Array): Promise<PaintingFile> {
  const { value, body } = headerOf(bytes);
  const parsed = v.safeParse(paintingSchema, value);
  if (!parsed.success) throw invalid('it is something else');
  const { name, sizes: count, thumbnail: size, sha256 } = parsed.output;
  const thumbnail = await thumbnailOf(body, count * styleBytes, size, sha256);
  const sizes = Array.from({ length: count }, (_, i) =>
    decodeStyle(body.subarray(i * styleBytes, (i + 1) * styleBytes)),
  );
  return { name, sizes, thumbnail };
}

/** The line of JSON, whatever it says, and all that follows. */
function headerOf(bytes: Uint8Array): { readonly value: unknown; readonly body: Uint8Array<ArrayBuffer> } {
  if (bytes.length > limits.train.maxStyleFileBytes) throw invalid('it is far too large');
  const end = bytes.subarray(0, maxHeaderBytes).indexOf(0x0a);
  return { value: end < 0 ? null : parseJson(bytes.subarray(0, end)), body: Uint8Array.from(bytes.subarray(end + 1)) };
}

/** What is behind the numbers, where all is there and as it was. */
async function thumbnailOf(
  body: Uint8Array<ArrayBuffer>,
  numbers: number,
  size: number,
  sha256: string,
): Promise<Uint8Array<ArrayBuffer>> {
  if (body.length !== numbers + size) throw invalid('it is not whole');
  if ((await sha256Hex(body)) !== sha256) throw invalid('it is damaged');
  const thumbnail = body.slice(numbers);
  if (size > 0 && !thumbnailType(thumbnail)) throw invalid('its picture is none');
  return thumbnail;
}

const signatures = {
  'image/jpeg': [[0, 0xff, 0xd8, 0xff]],
  'image/png': [[0, 0x89, 0x50, 0x4e, 0x47]],
  'image/webp': [
    [0, 0x52, 0x49, 0x46, 0x46],
    [8, 0x57, 0x45, 0x42, 0x50],
  ],
} as const;

/** Told from the first bytes, so that nothing else (SVG runs scripts) is ever shown as one; null for anything else. */
export function thumbnailType(bytes: Uint8Array): keyof typeof signatures | null {
  const names = Object.keys(signatures) as (keyof typeof signatures)[];
  const found = names.find((name) =>
    signatures[name].every(([at, ...values]) => values.every((value, i) => bytes[at + i] === value)),
  );
  return found ?? null;
}

const isNewer = (value: unknown): boolean =>
  isObject(value) && value.format === format && typeof value.version === 'number' && value.version > version;

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

const invalid = (why: string) =>
  new ReverieError('training-file-invalid', `This file does not hold a style that can be used here: ${why}.`);
