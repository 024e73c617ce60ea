/** Pictures whose sides a fast-style network can halve twice. */
import { type Around, mirrorAround } from '../../images/margin';
import type { Raster } from '../../images/resample';
import { sideMultiple } from '../../transformer/stages';

/**
 * Mirrored rows and columns on both sides, at least `margin` of each, until the sides are multiples of four; `cropMiddle`
 * takes them off.
 */
export function toLattice(picture: Raster, margin = 0): Raster {
  const around = (side: number): Around => {
    const least = 2 * margin;
    const all = least + ((sideMultiple - ((side + least) % sideMultiple)) % sideMultiple);
    const before = Math.floor(all / 2);
    return [before, all - before];
  };
  const [above, beside] = [around(picture.height), around(picture.width)];
  return above[1] + beside[1] === 0 ? picture : mirrorAround(picture, above, beside);
}
