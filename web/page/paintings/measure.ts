/** What one pass paints with: a painting's statistics at a size, as recipes carry them. */
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { defaultRecipe } from '../../../shared/techniques';
import { anyDefaults } from '../../../shared/techniques/any/schema';
import type { Engine, Pixels } from '../../engine/api';
import { copyWithin } from '../intake/scale';

/** Sides of a photo that nothing is painted on: as small as one may be. */
const blank = limits.run.minSize;
/** As far as a recipe's brush scale goes. */
const furthest = 4;

/**
 * By a run at strength 0: it looks at the painting and leaves the photo as it is, and its record tells what it saw.
 * @param longSide at which the painting is looked at, pixels; never enlarged
 * @throws ReverieError what a run throws
 */
export async function measure(engine: Engine, painting: Pixels, longSide: number = anyDefaults.size): Promise<string> {
  const styles = [{ image: null, weight: 1 }];
  const size = Math.max(blank, Math.ceil(longSide / furthest));
  const recipe = { ...defaultRecipe('any'), styles, strength: 0, size, styleScale: longSide / size };
  const content = { width: blank, height: blank, data: new Uint8ClampedArray(4 * blank * blank).fill(255) };
  const inputs = { content, styles: [copyWithin(painting, Number.POSITIVE_INFINITY)] };
  const { record } = await engine.run({ recipe, inputs }).result;
  const [seen] = 'styles' in record.recipe ? record.recipe.styles : [];
  if (seen && 'statistics' in seen) return seen.statistics;
  throw new ReverieError('internal', 'The painting was not measured.');
}
