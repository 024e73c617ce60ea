/**
 * What recipe schemas are made of: the schema library's parts, and the pieces that the techniques share. A technique's
 * schema is a function of these (`typeof Pieces`), so that pages that check nothing take its defaults, traits and fields
 * without the library.
 */
import * as v from 'valibot';
import { readStyleText, styleTextLength } from '../anyStyle/statistics';
import { ReverieError } from '../errors';
import { limits } from '../limits';
import { idSchema, sha256Schema } from '../manifest';
import { defaultNetwork } from '../networks';
import { recipeVersion } from '../recipe/version';

export {
  array,
  boolean,
  literal,
  maxLength,
  minLength,
  multipleOf,
  optional,
  picklist,
  pipe,
  strictObject,
  union,
} from 'valibot';
export { idSchema as id } from '../manifest';
export { fastStyleIdSchema as fastStyleId } from '../transformer';

export const finite = (min: number, max: number) => v.pipe(v.number(), v.finite(), v.minValue(min), v.maxValue(max));
export const integer = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));

/** A tap of the network, e.g. `relu4_1`; whether it exists is the network's to say (`layer-unknown`). */
export const layerName = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][\w./-]{0,63}$/, 'expected the name of a layer'));
export const layerWeight = v.strictObject({ layer: layerName, weight: finite(0, 1e6) });
/** What the fine grain of a painting counts beside all layers of the network, which count 1 (web/engine/network/grain.ts). */
export const grainField = <const Default extends number>(byDefault: Default) => v.optional(finite(0, 1e4), byDefault);
export const layerNames = v.pipe(v.array(layerName), v.minLength(1), v.maxLength(limits.run.maxLayers));
export const channelIndex = integer(0, 65_535);

/** Steps of one stage of a run. */
export const stepCount = integer(0, limits.run.maxSteps);

/**
 * A picture that a run takes besides its photo: absent when it takes none, null until it was run, then the hash of
 * its pixels (host/runTechnique.ts, `pixelsHash`).
 */
export const pictureHash = v.nullable(sha256Schema);

/** What no painting has is refused where the recipe is read: on the page, by the command line, on the edge. */
export const styleStatistics = v.pipe(
  v.string(),
  v.maxLength(styleTextLength),
  v.check(
    (text) => whyNoStyle(text) === null,
    ({ input }) => whyNoStyle(input) ?? '',
  ),
);

function whyNoStyle(text: string): string | null {
  try {
    readStyleText(text);
    return null;
  } catch (cause) {
    return ReverieError.from(cause).message;
  }
}

/** Present when the run begins with a picture that is given: its hash once it was run. */
export const startImage = v.optional(pictureHash);

/** What every recipe has, whatever its technique. */
export const runFields = <const Defaults extends { readonly size: number; readonly seed: number }>({
  size,
  seed,
}: Defaults) => ({
  version: v.literal(recipeVersion),
  network: v.optional(idSchema, defaultNetwork),
  /** Hash of the weights the run was made with (see `weightsHash`); a replay with others says so. */
  weights: v.optional(sha256Schema),
  /** Long side of the result in pixels. */
  size: v.optional(integer(limits.run.minSize, limits.run.maxSize), size),
  seed: v.optional(integer(limits.run.seed.min, limits.run.seed.max), seed),
  /** SHA-256 of the content photo's pixels at run size; null until the person chose one. */
  content: v.optional(pictureHash, null),
});
