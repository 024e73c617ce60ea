/** From a recipe's styles and strength to a weight for each style of the network. */
import { ReverieError } from '../../../../shared/errors';
import type { FastRecipe } from '../../../../shared/recipe';
import { photoStyle, type TransformerConfiguration } from '../../../../shared/transformer';

/**
 * One per style of the network, in its order. What the strength takes from the styles goes to the one that gives the
 * photo back.
 * @throws ReverieError `preset-unknown` for a style that the network has not learned; `recipe-invalid` when all weights
 *   are 0, or for a strength below 100 where the network cannot mix with the photo.
 */
export function styleWeights(
  { styles, strength, network }: Pick<FastRecipe, 'styles' | 'strength' | 'network'>,
  { styles: known }: Pick<TransformerConfiguration, 'styles'>,
): number[] {
  const total = styles.reduce((sum, { weight }) => sum + weight, 0);
  if (total <= 0) throw new ReverieError('recipe-invalid', 'One of the styles needs a weight above 0.');
  if (strength < 100 && !known.includes(photoStyle)) {
    throw new ReverieError('recipe-invalid', `${network} paints at full strength only.`);
  }
  const weights = known.map((name) => (name === photoStyle ? 1 - strength / 100 : 0));
  for (const { style, weight } of styles) {
    const index = known.indexOf(style);
    if (index < 0) {
      const painted = known.filter((name) => name !== photoStyle).join(', ');
      throw new ReverieError('preset-unknown', `${network} has not learned "${style}"; it paints ${painted}.`);
    }
    weights[index] = (weights[index] ?? 0) + ((strength / 100) * weight) / total;
  }
  return weights;
}
