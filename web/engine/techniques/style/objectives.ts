/** From a recipe to the objectives of one pyramid scale. */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../../shared/errors';
import type { StyleRecipe } from '../../../../shared/techniques/style/schema';
import { paletteTap } from '../../network/grain';
import type { Network } from '../../network/network';
import { contentObjective } from '../../objectives/content';
import { withPixelTaps } from '../../objectives/grain';
import type { Metric } from '../../objectives/metric';
import type { Objective } from '../../objectives/objective';
import { blendStatistics, type LayerStatistics, type StyleStatisticsByLayer } from '../../objectives/statistics';
import { type MomentLossKind, styleObjective } from '../../objectives/style';
import type { StyleTargets } from './targets';

/** At strength 50 the painting's statistics weigh this much against the photo's features, at equal layer weights. */
const balance = 6;

/** Taps with a weight above 0, content and style, without repetition. */
export function tapsOfRecipe({ contentLayers, styleLayers }: StyleRecipe): string[] {
  const weighted = [...contentLayers, ...styleLayers].filter(({ weight }) => weight > 0);
  return [...new Set(weighted.map(({ layer }) => layer))];
}

/** 25 more or less of strength is a factor of ten. */
const perDecade = 25;

/** How much more than at strength 50 the style weighs. */
export const strengthFactor = (strength: number): number => 10 ** ((strength - 50) / perDecade);

/** The difference in strength that is so large a factor. */
export const strengthOf = (factor: number): number => perDecade * Math.log10(factor);

/** Where these styles paint, when it is not everywhere. */
interface StyleRegion {
  /** Of the picture. */
  readonly share?: number;
  /** How much each position of a layer counts (regions.ts). */
  readonly guideOf?: (layer: string) => Float32Array;
}

/** What a style is to the features of one layer. */
export interface StyleTerm {
  readonly layer: string;
  readonly kind: MomentLossKind;
  readonly target: LayerStatistics;
  readonly weight: number;
  readonly metric: Metric | null;
}

/** @param paintingSize long side of the painting in pixels @param share of the picture, if it is not all of it */
export async function styleTerms(
  recipe: StyleRecipe,
  network: Network,
  styles: readonly StyleTargets[],
  paintingSize: number,
  share = 1,
): Promise<StyleTerm[]> {
  const statistics = await blendedStyle(recipe, network, styles, paintingSize);
  const pull = strengthFactor(recipe.strength);
  return withPixelTaps(recipe.styleLayers, recipe).flatMap(({ layer, weight }): StyleTerm[] => {
    const target = statistics.get(layer);
    if (!target) return [];
    const factor = share * balance * weight * pull;
    if (layer !== paletteTap)
      return [{ layer, kind: recipe.loss, target, weight: factor, metric: network.metric(layer) }];
    // Next to nothing of the content holds the photo's colours: leaning on it, the palette must let go sooner than strokes.
    return [{ layer, kind: 'palette', target, weight: factor * Math.min(1, pull), metric: null }];
  });
}

/** @param paintingSize as above */
export async function styleObjectives(
  recipe: StyleRecipe,
  network: Network,
  styles: readonly StyleTargets[],
  paintingSize: number,
  { share, guideOf }: StyleRegion = {},
): Promise<Objective[]> {
  const terms = await styleTerms(recipe, network, styles, paintingSize, share);
  return terms.map(({ layer, kind, target, weight, metric }) =>
    styleObjective(layer, kind, target, weight, metric, guideOf?.(layer) ?? null),
  );
}

/** @param photo at this scale, `[1, H, W, 3]`; stays the caller's */
export function contentObjectives(recipe: StyleRecipe, network: Network, photo: tf.Tensor4D): Objective[] {
  const layers = recipe.contentLayers.filter(({ weight }) => weight > 0);
  if (layers.length === 0) return [];
  const activations = network.forward(
    photo,
    layers.map(({ layer }) => layer),
    'features',
  );
  const objectives = layers.map(({ layer, weight }) =>
    contentObjective(layer, tf.clone(activations.at(layer)), weight, network.metric(layer)),
  );
  activations.dispose();
  return objectives;
}

async function blendedStyle(
  recipe: StyleRecipe,
  network: Network,
  styles: readonly StyleTargets[],
  paintingSize: number,
): Promise<StyleStatisticsByLayer> {
  const layers = withPixelTaps(recipe.styleLayers, recipe).map(({ layer }) => layer);
  const parts: { weight: number; byLayer: StyleStatisticsByLayer }[] = [];
  for (const [i, style] of styles.entries()) {
    const weight = recipe.styles[i]?.weight ?? 0;
    if (weight > 0) parts.push({ weight, byLayer: await style.at(network, layers, paintingSize) });
  }
  if (parts.length === 0 || !recipe.styleLayers.some(({ weight }) => weight > 0)) {
    throw new ReverieError('recipe-invalid', 'The recipe needs a style and a style layer with a weight above 0.');
  }
  return new Map(
    layers.map((layer) => [
      layer,
      blendStatistics(
        parts.flatMap(({ weight, byLayer }) => {
          const statistics = byLayer.get(layer);
          return statistics ? [{ weight, statistics }] : [];
        }),
      ),
    ]),
  );
}
