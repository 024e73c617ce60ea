/** Who paints a fast recipe: the network with its styles and those that somebody taught it, or one that was all retrained. */
import { ReverieError } from '../../../../shared/errors';
import { isOwnStyle } from '../../../../shared/ownStyle';
import type { FastRecipe } from '../../../../shared/recipe';
import { numbersOf, ownStyles } from '../../train/own';
import type { StyleVector } from '../../transformer/parameters';
import { Transformer } from '../../transformer/transformer';
import type { OwnStyle } from '../../types';
import type { TechniqueContext } from '../technique';
import { styleWeights } from './styles';

export interface Painter {
  readonly network: Transformer;
  readonly vector: StyleVector;
}

/**
 * What it makes on the device is freed with the run.
 * @throws ReverieError `preset-unknown` for a style that is not here; `training-file-invalid` for one of another network
 */
export function openPainter({
  recipe,
  network,
  own: given = [],
}: Pick<TechniqueContext<FastRecipe, Transformer>, 'recipe' | 'network' | 'own'>): Painter {
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
  const painter = new Transformer(configuration, { values: whole.values, running: null });
  return { network: painter, vector: painter.blend(styleWeights(recipe, configuration)) };
}

function assertFor({ configuration }: Transformer, style: OwnStyle): void {
  const make = style.trains === 'all' ? { ...style.transformer, styles: [] } : configuration;
  if (style.values.length === numbersOf(style, make)) return;
  throw new ReverieError('training-file-invalid', 'This style was learned for a network of another shape.');
}
