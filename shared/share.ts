/**
 * A share: the recipe, the result, a film of the run and, only if the person ticked them, the inputs. What a client
 * sends to make one, and what the edge tells whoever has the link. Pictures are known by the SHA-256 of their bytes.
 */

import * as v from 'valibot';
import { ReverieError } from './errors';
import { invalidField } from './invalid';
import { limits } from './limits';
import { sha256Schema } from './manifest';
import { measuredSchema } from './measured';
import { isObject } from './objects';
import { recipeSchema } from './recipe';
import { migrate } from './recipe/migrate';
import type { Recipe } from './techniques';
import { cleaned, plainText } from './text';
import { languages } from './words';

const { share } = limits;

/** The edge sniffs the bytes and goes by these; nothing else is taken. */
export const shareTypes = ['image/jpeg', 'image/png', 'image/webp'] as const;
export type ShareType = (typeof shareTypes)[number];
export const extensionOf = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp' } as const satisfies Record<
  ShareType,
  string
>;

/** Days until a share is gone. */
export const shareTerms = [7, 30, 90] as const;
export const shareRoles = ['content', 'style', 'mask', 'start', 'guide', 'strength'] as const;
export const reportReasons = ['illegal', 'hateful', 'sexual', 'private', 'copyright', 'other'] as const;

/** 128 random bits in base64url. */
export const shareIdSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{22}$/));
/** 256 random bits in base64url. */
export const deleteKeySchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/));

/** A client's own: whoever sends it again is told of the share that it has made, and no second one is. */
export const clientKeySchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{22,128}$/));
export const clientKeyHeader = 'Idempotency-Key';

const whole = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(max));
const side = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(share.maxSide));
const described = (maxBytes: number) =>
  v.strictObject({
    sha256: sha256Schema,
    bytes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(maxBytes)),
    width: side,
    height: side,
    type: v.picklist(shareTypes),
    /** Lets something through; pages then put a checkerboard behind it, and only then: it would be seen while it arrives. */
    transparent: v.optional(v.boolean()),
  });
export type DescribedPicture = v.InferOutput<ReturnType<typeof described>>;

const stepNumber = whole(10_000_000);

export const shareRequestSchema = v.strictObject({
  version: v.literal(1),
  title: plainText(share.maxTitle),
  language: v.picklist(languages),
  termDays: v.picklist(shareTerms),
  recipe: recipeSchema,
  result: described(share.maxPictureBytes),
  /** 1200 × 630, for messengers. */
  card: v.optional(described(share.maxCardBytes)),
  film: v.optional(
    v.pipe(
      v.strictObject({
        /** Key frames of the run in one sprite, row by row. */
        picture: described(share.maxFilmBytes),
        frames: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(share.maxFrames)),
        columns: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(share.maxFrames)),
        frameWidth: side,
        frameHeight: side,
        /** Of every frame: the step it was taken at, and the loss there. */
        steps: v.pipe(v.array(stepNumber), v.maxLength(share.maxFrames)),
        losses: v.pipe(v.array(v.nullable(v.pipe(v.number(), v.finite()))), v.maxLength(share.maxFrames)),
      }),
      v.check(
        ({ picture, frames, columns, frameWidth, frameHeight, steps, losses }) =>
          steps.length === frames &&
          losses.length === frames &&
          picture.width === columns * frameWidth &&
          picture.height === Math.ceil(frames / columns) * frameHeight,
        'expected a sprite of its frames, and a step and a loss for each',
      ),
    ),
  ),
  run: v.strictObject({
    backend: v.pipe(v.string(), v.regex(/^[a-z]{1,16}$/)),
    engine: v.pipe(v.string(), v.regex(/^[\w.+-]{1,32}$/)),
    seconds: v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(1e7)),
    steps: stepNumber,
    /** What a view told beside its picture. */
    measured: v.optional(measuredSchema),
  }),
  inputs: v.pipe(
    v.array(
      v.strictObject({
        role: v.picklist(shareRoles),
        index: whole(limits.run.maxStyles - 1),
        picture: described(share.maxPictureBytes),
      }),
    ),
    v.maxLength(share.maxInputs),
  ),
});
export type ShareRequest = v.InferOutput<typeof shareRequestSchema>;
export type ShareRequestInput = v.InferInput<typeof shareRequestSchema>;

/** Names of the multipart parts: the request as JSON, then one file for every picture that it describes. */
export const sharePart = 'share';
export interface SharePictures {
  readonly part: string;
  readonly picture: DescribedPicture;
}

/** Every picture of a request with the name of its part: `result`, `card`, `film`, `content-0`, `style-1` … */
export function picturesOf({ result, card, film, inputs }: ShareRequest): SharePictures[] {
  return [
    { part: 'result', picture: result },
    ...(card ? [{ part: 'card', picture: card }] : []),
    ...(film ? [{ part: 'film', picture: film.picture }] : []),
    ...inputs.map(({ role, index, picture }) => ({ part: `${role}-${index}`, picture })),
  ];
}

/**
 * Checks an untrusted value, and migrates its recipe from older versions.
 * @throws ReverieError `share-invalid`, naming the field; `recipe-version`.
 */
export function parseShareRequest(value: unknown): ShareRequest {
  const current = isObject(value) && 'recipe' in value ? { ...value, recipe: migrate(value.recipe) } : value;
  const parsed = v.safeParse(shareRequestSchema, current, { abortEarly: true });
  if (!parsed.success) throw invalidField('share-invalid', 'Share', parsed.issues);
  const parts = picturesOf(parsed.output).map(({ part }) => part);
  if (new Set(parts).size < parts.length) {
    throw new ReverieError('share-invalid', 'Share field "inputs": each role and index may be there once.');
  }
  return { ...parsed.output, recipe: withoutPictures(parsed.output.recipe) };
}

/**
 * A recipe names its pictures by the hashes of their pixels: whoever has such a picture could tell who used it. What is
 * shared says that there was one, and not which. Networks are named by theirs: they are no secret.
 */
export function withoutPictures<T>(recipe: T): T {
  const isHash = (key: string, value: unknown) =>
    key !== 'weights' && typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
  return JSON.parse(JSON.stringify(recipe, (key, value: unknown) => (isHash(key, value) ? null : value)));
}

/** A record as it was kept, by this version or an earlier one. @returns undefined for what no Reverie writes. */
export function readShareRecord(text: string): ShareRequest | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) return undefined;
    return parseShareRequest(typeof value.title === 'string' ? { ...value, title: cleaned(value.title) } : value);
  } catch {
    return undefined;
  }
}

export const reportSchema = v.strictObject({
  reason: v.picklist(reportReasons),
  note: v.optional(plainText(share.maxNote), ''),
});

/** Answer to a create. The key is told here and never again. */
export interface CreatedShare {
  readonly id: string;
  /** Path of its page. */
  readonly url: string;
  readonly deleteKey: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

export type SharePicture = Omit<DescribedPicture, 'sha256'> & { readonly url: string };

/** The same, with its picture where it can be fetched. */
type Fetched<T> = Omit<T, 'picture'> & { readonly picture: SharePicture };
export type ShareFilm = Fetched<NonNullable<ShareRequest['film']>>;
export type ShareInput = Fetched<ShareRequest['inputs'][number]>;

/** What anyone with the link is told. */
export interface PublicShare {
  readonly id: string;
  readonly title: string;
  readonly language: string;
  readonly recipe: Recipe;
  readonly result: SharePicture;
  readonly card: SharePicture | null;
  readonly film: ShareFilm | null;
  readonly run: ShareRequest['run'];
  readonly inputs: readonly ShareInput[];
  /** ISO 8601. */
  readonly createdAt: string;
  readonly expiresAt: string;
  /** `reported`: shown only to whoever asks twice. */
  readonly state: 'live' | 'reported';
}

export const sharePaths = {
  create: '/api/shares',
  record: (id: string) => `/api/shares/${id}`,
  reports: (id: string) => `/api/shares/${id}/reports`,
  page: (id: string) => `/s/${id}`,
  picture: (sha256: string, type: ShareType) => `/i/${sha256}.${extensionOf[type]}`,
} as const;
