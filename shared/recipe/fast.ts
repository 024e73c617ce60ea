/** Fast style transfer's part of the recipe: its schema, bounds and defaults. Reasons: web/engine/techniques/fast/README.md. */
import * as v from 'valibot';
import { limits } from '../limits';
import { idSchema } from '../manifest';
import { fastStyleIdSchema } from '../transformer';
import { finite, integer, runFields } from './fields';

export const fastDefaults = { network: 'reverie-fast', size: 512, seed: 1, strength: 100, tile: 768 } as const;

export const fastRecipeSchema = v.strictObject({
  technique: v.literal('fast'),
  ...runFields(fastDefaults),
  network: v.optional(idSchema, fastDefaults.network),
  /** Mixed by their weights. Which ones there are is the network's to say. */
  styles: v.pipe(
    v.array(v.strictObject({ style: fastStyleIdSchema, weight: v.optional(finite(0, 100), 1) })),
    v.minLength(1),
    v.maxLength(limits.run.maxStyles),
  ),
  /** 0 leaves the photo as the network paints it in no style, 100 is the style; between, the two are mixed. */
  strength: v.optional(finite(0, 100), fastDefaults.strength),
  /** Pictures with a longer side are painted in tiles of this size. */
  tile: v.optional(v.pipe(integer(limits.fast.minTile, limits.run.maxSize), v.multipleOf(4)), fastDefaults.tile),
});
export type FastRecipe = v.InferOutput<typeof fastRecipeSchema>;
