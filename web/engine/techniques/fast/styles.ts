/** From a recipe's styles to what paints them: the network with its own styles and people's, each by its weight. */
import { ReverieError } from '../../../../shared/errors';
import { isOwnStyle } from '../../../../shared/ownStyle';
import type { FastRecipe } from '../../../../shared/techniques/fast/schema';
import { photoStyle, type TransformerConfiguration } from '../../../../shared/transformer';
import { numbersOf, ownStyles, type StyleVector } from '../../transformer/parameters';
import { Transformer } from '../../transformer/transformer';
import type { OwnStyle } from '../../types';
import type { TechniqueContext } from '../technique';

export interface StyledNetwork {
  readonly network: Transformer;
  readonly vector: StyleVector;
}

/**
 * What it makes on the device is freed with the run.
 * @throws ReverieError `preset-unknown` for a style that is not here; `training-file-invalid` for one of another network
 */
export function stylesOnDevice({
  recipe,
  network,
  own: given = [],
}: Pick<TechniqueContext<FastRecipe, Transformer>, 'recipe' | 'network' | 'own'>): StyledNetwork {
  const used = recipe.styles.map(({ style }) => given.find(({ id }) => id === style));
  recipe.styles.forEach(({ style }, i) => {
    if (isOwnStyle(style) && !used[i]) {
      throw new ReverieError('preset-unknown', `The style "${style}" was taught by somebody: import its file first.`);
    }
  });
  const own = used.flatMap((style) => style ?? []);
  for (const style of own) assertFor(network, style);
  const whole = own.find(({ trains }) => trains === 'all');
  if (!whole) {
    const extra = own.map(({ id, values }) => ({ id, values }));
    const styles = [...network.configuration.styles, ...extra.map(({ id }) => id)];
    const weights = styleWeights(recipe, { styles });
    return {
      network,
      vector: network.blend(
        weights,
        extra.map(({ values }) => values),
      ),
    };
  }
  if (recipe.styles.length > 1) {
    throw new ReverieError('recipe-invalid', 'A style with filters of its own paints alone: take the others out.');
  }
  const configuration = { ...whole.transformer, styles: ownStyles(whole.trains, whole.id) };
  const styled = new Transformer(configuration, { values: whole.values, running: null });
  return { network: styled, vector: styled.blend(styleWeights(recipe, configuration)) };
}

function assertFor({ configuration }: Transformer, style: OwnStyle): void {
  const make = style.trains === 'all' ? { ...style.transformer, styles: [] } : configuration;
  if (style.values.length === numbersOf(style, make)) return;
  throw new ReverieError('training-file-invalid', 'This style was learned for a network of another shape.');
}

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
