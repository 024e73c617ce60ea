/** The record that a run leaves: its recipe with the hashes of what it was made of, and how it went. */
import { encodeStyle, type StyleAtSize, styleText } from '../../../shared/anyStyle/statistics';
import type { DeviceReport } from '../../../shared/backends';
import type { ErrorRecord } from '../../../shared/errors';
import { photosOf, startsFromPicture, stylesOf, wantsGuide, wantsStrengthMap } from '../../../shared/recipe/about';
import { recordVersion } from '../../../shared/recipe/version';
import { clipped, type RunRecord, type Trouble } from '../../../shared/record';
import type { Recipe } from '../../../shared/techniques';
import type { StyleSource } from '../../../shared/techniques/contract';
import type { RunRequest } from '../api';
import { pixelsHash } from '../images/hash';
import type { TechniqueResult } from '../types';
import { engineVersion } from './version';

export interface Recorded {
  /** As it was asked for; what was filled in is filled in here. */
  readonly recipe: Recipe;
  readonly inputs: RunRequest['inputs'];
  readonly weights: string;
  readonly device: DeviceReport;
  readonly result: TechniqueResult;
  readonly elapsedMs: number;
  readonly troubles: readonly Trouble[];
  readonly failure?: ErrorRecord | undefined;
}

export async function recordOf(run: Recorded): Promise<RunRecord> {
  const { device, troubles, failure } = run;
  const { pixels, complete, losses, measured, steps, msPerStep, peakBytes } = run.result;
  const [recipe, result] = await Promise.all([
    fillIn(run.recipe, run.inputs, run.weights, run.result.styles),
    pixelsHash(pixels),
  ]);
  return {
    version: recordVersion,
    recipe,
    engine: engineVersion,
    device: {
      ...device,
      description: clipped(device.description),
      rejected: device.rejected.map((each) => ({ ...each, reason: clipped(each.reason) })),
    },
    width: pixels.width,
    height: pixels.height,
    result,
    complete,
    ...(failure && { failure: { code: failure.code, message: clipped(failure.message) } }),
    losses,
    ...(measured && { measured }),
    steps,
    elapsedMs: run.elapsedMs,
    msPerStep,
    peakBytes,
    ...(troubles.length > 0 && { troubles }),
  };
}

/**
 * The recipe as the record keeps it: with the hashes of what the run was made of, the photo at run size.
 * @param measured where a style is its statistics: the record has them in place of a painting's hash, so that whoever has
 *   no painting can run it again
 */
export async function fillIn(
  recipe: Recipe,
  inputs: RunRequest['inputs'],
  weights: string,
  measured: readonly StyleAtSize[] = [],
): Promise<Recipe> {
  const content = inputs.content && (await pixelsHash(inputs.content));
  const startImage = inputs.start && startsFromPicture(recipe) ? { startImage: await pixelsHash(inputs.start) } : {};
  const guide = inputs.guide && wantsGuide(recipe) ? { guide: await pixelsHash(inputs.guide) } : {};
  const images = (inputs.styles ?? []).values();
  const masks = (inputs.masks ?? []).values();
  const strengthMap =
    inputs.strengthMap && wantsStrengthMap(recipe) ? { strengthMap: await pixelsHash(inputs.strengthMap) } : {};
  const styles: StyleSource[] = [];
  for (const [i, source] of stylesOf(recipe).entries()) {
    const mask = source.mask === undefined ? undefined : masks.next().value;
    const masked = mask ? { ...source, mask: await pixelsHash(mask) } : source;
    const image = 'image' in masked ? images.next().value : undefined;
    const seen = measured[i];
    if (seen && 'image' in masked) {
      const { image: _, ...rest } = masked;
      styles.push({ statistics: styleText(encodeStyle({ ...seen, weights })), ...rest });
    } else styles.push('image' in masked && image ? { ...masked, image: await pixelsHash(image) } : masked);
  }
  const compared = photosOf(recipe).length > 0 && inputs.photos;
  const photos = compared ? { photos: await Promise.all(compared.map(pixelsHash)) } : {};
  const hashes = { ...startImage, ...guide, ...strengthMap, ...photos, ...(styles.length > 0 && { styles }) };
  return { ...recipe, weights, content, ...hashes } as Recipe;
}
