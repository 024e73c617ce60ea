/**
 * The record of a run: the recipe with everything filled in, and how the run went. Saved beside every result; a later
 * run repeats the picture from it. One versioned, schema-checked value, as the recipe is.
 */
import * as v from 'valibot';
import { type BackendName, backendNames, type DeviceReport, rejections } from './backends';
import { type ErrorCode, type ErrorRecord, errorCodes } from './errors';
import { invalidField } from './invalid';
import { limits } from './limits';
import { sha256Schema } from './manifest';
import { type Measured, measuredSchema } from './measured';
import { isObject } from './objects';
import { parseRecipe } from './recipe';
import { migrate } from './recipe/migrate';
import { recordVersion } from './recipe/version';
import type { Recipe } from './techniques';
import { finite, integer } from './techniques/pieces';

/** A device that failed on the way; the run went on with what was kept. */
export interface Trouble extends Omit<ErrorRecord, 'data'> {
  readonly backend: BackendName;
  /** Steps that were kept: the run went on from there. */
  readonly step: number;
  /** Side of the smaller tiles that it went on with, pixels. */
  readonly tile?: number | undefined;
}

export interface RunRecord {
  readonly version: typeof recordVersion;
  /** With all defaults filled in, hashes of inputs and weights included. */
  readonly recipe: Recipe;
  readonly engine: string;
  /** The device that finished it. */
  readonly device: DeviceReport;
  readonly width: number;
  readonly height: number;
  /** Of the picture's pixels (web/engine/images/hash.ts): a replay tells by it whether it came out the same. */
  readonly result?: string | undefined;
  /** False for a run that was stopped, or gave up. */
  readonly complete: boolean;
  /** Why it gave up: no device was left, or the numbers went wrong. */
  readonly failure?: Omit<ErrorRecord, 'data'> | undefined;
  /** Sampled, not every step. */
  readonly losses: readonly { readonly step: number; readonly loss: number }[];
  /** By a view. */
  readonly measured?: Measured | undefined;
  readonly steps: number;
  /** Computing only: neither downloads nor pauses. */
  readonly elapsedMs: number;
  readonly msPerStep: number;
  /** What tensors held at most. */
  readonly peakBytes: number;
  readonly troubles?: readonly Trouble[] | undefined;
}

const { maxText, maxLosses, maxTroubles } = limits.record;
const text = v.pipe(v.string(), v.maxLength(maxText));
const amount = finite(0, Number.MAX_SAFE_INTEGER);
const count = integer(0, Number.MAX_SAFE_INTEGER);
const side = integer(1, limits.image.maxSide);
const backend = v.picklist(backendNames);
const errorFields = { code: v.picklist(Object.keys(errorCodes) as ErrorCode[]), message: text };

/** All but the recipe, which has a schema and migrations of its own. */
const runSchema = v.strictObject({
  version: v.literal(recordVersion),
  recipe: v.unknown(),
  engine: text,
  device: v.strictObject({
    backend,
    description: text,
    rejected: v.pipe(
      v.array(v.strictObject({ backend, why: v.optional(v.picklist(rejections)), reason: text })),
      v.maxLength(backendNames.length),
    ),
  }),
  width: side,
  height: side,
  result: v.optional(sha256Schema),
  complete: v.boolean(),
  failure: v.optional(v.strictObject(errorFields)),
  losses: v.pipe(
    v.array(v.strictObject({ step: count, loss: v.pipe(v.number(), v.finite()) })),
    v.maxLength(maxLosses),
  ),
  measured: v.optional(measuredSchema),
  steps: count,
  elapsedMs: amount,
  msPerStep: amount,
  peakBytes: amount,
  troubles: v.optional(
    v.pipe(
      v.array(
        v.strictObject({ ...errorFields, backend, step: count, tile: v.optional(integer(1, limits.run.maxSize)) }),
      ),
      v.maxLength(maxTroubles),
    ),
  ),
});

/** Before records said their version they did not say either whether the run was complete; those that were are read. */
const migrations = { 0: (record: Readonly<Record<string, unknown>>) => ({ complete: true, ...record }) };

/** Text that a record has room for. */
export const clipped = (words: string): string => words.slice(0, maxText);

/**
 * Checks an untrusted value and migrates it, and its recipe, from older versions.
 * @throws ReverieError `recipe-version` for a version from the future, `recipe-invalid` for anything else; the message
 *   names the field and what was expected.
 */
export function parseRecord(value: unknown): RunRecord {
  const unversioned = isObject(value) && !('version' in value) ? { ...value, version: 0 } : value;
  const result = v.safeParse(runSchema, migrate(unversioned, migrations, recordVersion, 'Record'), {
    abortEarly: true,
  });
  if (!result.success) throw invalidField('recipe-invalid', 'Record', result.issues);
  return { ...result.output, recipe: parseRecipe(result.output.recipe) };
}

/** Whether a value from a file means to be a record, rather than a recipe. */
export const looksLikeRecord = (value: unknown): boolean =>
  isObject(value) && 'recipe' in value && 'device' in value && !('technique' in value);
