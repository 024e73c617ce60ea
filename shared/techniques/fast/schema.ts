/** Fast style transfer's part of the recipe: its schema, bounds and defaults. Reasons: web/engine/techniques/fast/README.md. */

import type { InferOutput } from 'valibot';
import { limits } from '../../limits';
import type * as Pieces from '../pieces';

export const fastDefaults = { network: 'reverie-fast', size: 512, seed: 1, strength: 100, tile: 768 } as const;

/** Presets that the default network has learned; every other painting is for the network that paints in any style. */
export const learnedPresets: readonly string[] = [
  'composition-vii',
  'great-wave',
  'la-grande-jatte',
  'self-portrait',
  'shipwreck-of-the-minotaur',
  'starry-night',
  'the-scream',
  'udnie',
  'woman-with-a-hat',
];

export const fastSchema = (s: typeof Pieces) =>
  s.strictObject({
    technique: s.literal('fast'),
    ...s.runFields(fastDefaults),
    network: s.optional(s.id, fastDefaults.network),
    /** Mixed by their weights. Which ones there are is the network's to say. */
    styles: s.pipe(
      s.array(s.strictObject({ style: s.fastStyleId, weight: s.optional(s.finite(0, 100), 1) })),
      s.minLength(1),
      s.maxLength(limits.run.maxStyles),
    ),
    /** 0 leaves the photo as the network paints it in no style, 100 is the style; between, the two are mixed. */
    strength: s.optional(s.finite(0, 100), fastDefaults.strength),
    /** Pictures with a longer side are painted in tiles of this size. */
    tile: s.optional(s.pipe(s.integer(limits.fast.minTile, limits.run.maxSize), s.multipleOf(4)), fastDefaults.tile),
  });
export type FastRecipe = InferOutput<ReturnType<typeof fastSchema>>;
