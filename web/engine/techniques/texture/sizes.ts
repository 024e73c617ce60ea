/** Sizes of a texture: of the result, of the sample, and of both on the way. */
import type { TextureRecipe } from '../../../../shared/techniques/texture/schema';
import { pyramidSizes } from '../../optimise/pyramid';

/** Long side of the coarsest picture: where the deepest layer still sees a few cells. */
const coarsest = 64;
/** What tiles must divide by this: the embedded network halves four times. */
const lattice = 16;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Sides of the result; a seamless one is rounded to what the network's poolings divide evenly. */
export function resultSize({ size, aspect, seamless }: TextureRecipe): Size {
  const exact = { width: aspect >= 1 ? size : size * aspect, height: aspect >= 1 ? size / aspect : size };
  return seamless ? onLattice(exact) : { width: Math.round(exact.width), height: Math.round(exact.height) };
}

/** Coarse to fine; `share` is how large everything is against the result. */
export function textureScales(recipe: TextureRecipe): (Size & { readonly share: number })[] {
  const result = resultSize(recipe);
  const long = Math.max(result.width, result.height);
  // The sample's finest detail is reached together with the result's.
  const start = Math.min(long, Math.max(coarsest, Math.ceil((coarsest * long) / recipe.sampleSize)));
  return pyramidSizes(start, long).map((longSide) => {
    const share = longSide / long;
    const size = { width: result.width * share, height: result.height * share };
    const rounded = recipe.seamless
      ? onLattice(size)
      : { width: Math.round(size.width), height: Math.round(size.height) };
    return { ...rounded, share };
  });
}

const onLattice = ({ width, height }: Size): Size => ({
  width: Math.max(lattice, Math.round(width / lattice) * lattice),
  height: Math.max(lattice, Math.round(height / lattice) * lattice),
});
