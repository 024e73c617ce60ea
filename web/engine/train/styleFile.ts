/**
 * A style of somebody's own as one file (`.reverie-style`): a line of JSON, the numbers in half precision, a thumbnail.
 * The format in words: README.md. Nothing in it is believed before it is checked: files come from anywhere.
 */
import * as v from 'valibot';
import { ReverieError } from '../../../shared/errors';
import { decodeFloat16, encodeFloat16 } from '../../../shared/float16';
import { sha256Hex } from '../../../shared/hash';
import { limits } from '../../../shared/limits';
import { idSchema, sha256Schema } from '../../../shared/manifest';
import { ownStyleId, trainedParts } from '../../../shared/ownStyle';
import { transformerSchema } from '../../../shared/transformer';
import { numbersOf, ownStyles } from '../transformer/parameters';
import type { OwnStyle } from '../types';

export const styleFileExtension = '.reverie-style';

/** One more for every change after which an older Reverie would read something wrong. 2: a last filter of its own. 3: splines and chance. */
const version = 3;
const versions = [1, 2, version] as const;
const format = 'reverie-style';

const { maxNameLength, maxHeaderBytes, maxThumbnailBytes, maxSteps } = limits.train;

const whole = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(max));

/** Control characters, and those that turn the direction of writing around. */
const unprintable = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;
/** A name as it is kept: one line, not too long, never empty. */
export const cleanName = (name: string): string =>
  [...name.replaceAll(unprintable, ' ').trim()].slice(0, maxNameLength).join('').trim() || '?';

const { styles: _, ...shape } = transformerSchema.entries;

const headerSchema = v.strictObject({
  format: v.literal(format),
  version: v.picklist(versions),
  name: v.pipe(
    v.string(),
    v.check((name) => name === cleanName(name)),
  ),
  network: idSchema,
  weights: sha256Schema,
  transformer: v.strictObject(shape),
  trains: v.picklist(trainedParts),
  steps: whole(maxSteps),
  thumbnail: whole(maxThumbnailBytes),
  sha256: sha256Schema,
});

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
  const body = joined([encodeFloat16(values), thumbnail]);
  const header = {
    format,
    version,
    name: cleanName(name),
    network,
    weights,
    transformer,
    trains,
    steps,
    thumbnail: thumbnail.length,
    sha256: await sha256Hex(body),
  };
  const bytes = joined([new TextEncoder().encode(`${JSON.stringify(header)}\n`), body]);
  await decodeStyleFile(bytes);
  return bytes;
}

/** @throws ReverieError `training-file-invalid` for anything that is not such a file, whole and undamaged. */
export async function decodeStyleFile(bytes: Uint8Array): Promise<StyleFile> {
  if (bytes.length > limits.train.maxStyleFileBytes) throw invalid('it is far too large');
  const end = bytes.subarray(0, maxHeaderBytes).indexOf(0x0a);
  const value = end < 0 ? null : parseJson(bytes.subarray(0, end));
  const parsed = v.safeParse(headerSchema, value);
  if (!parsed.success) throw invalid(isNewer(value) ? 'it was made by a newer Reverie' : 'it is something else');
  const { thumbnail: size, sha256, format: _format, version: _version, ...said } = parsed.output;
  const configuration = { ...said.transformer, styles: ownStyles(said.trains) };
  if (configuration.norm !== 'instance') throw invalid('no style can be learned for such a network');
  const numbers = 2 * numbersOf(said, configuration);
  const body = Uint8Array.from(bytes.subarray(end + 1));
  if (body.length !== numbers + size) throw invalid('it is not whole');
  if ((await sha256Hex(body)) !== sha256) throw invalid('it is damaged');
  const values = decodeFloat16(body.subarray(0, numbers));
  if (!values.every(Number.isFinite)) throw invalid('it holds numbers that are none');
  const thumbnail = body.slice(numbers);
  if (size > 0 && !thumbnailType(thumbnail)) throw invalid('its picture is none');
  const id = ownStyleId(await sha256Hex(body.subarray(0, numbers)));
  return { ...said, id, values, thumbnail };
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
  typeof value === 'object' &&
  value !== null &&
  'format' in value &&
  value.format === format &&
  'version' in value &&
  typeof value.version === 'number' &&
  value.version > version;

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
