/** Peak memory of a run, by arithmetic: nothing is allocated to find out. */
import type { FastRecipe } from '../../../../shared/recipe';
import type { Transformer } from '../../transformer/transformer';
import { bytesOf, floatPixelBytes } from '../held';
import { fastMargin } from './run';

const floatBytes = 4;
/** Picture and result, each as a raster and as a tensor. */
const pictures = 4;

/** At each stage: what the convolution gives beside what comes in, enlarged as well, then beside what is made of it. */
export function estimateFastBytes(recipe: FastRecipe, { layout }: Transformer, width: number, height: number): number {
  const canvas = (side: number) => Math.min(side, recipe.tile) + 2 * fastMargin;
  const area = canvas(width) * canvas(height);
  let scale = 1;
  let peak = 0;
  let kept = 0;
  for (const { channels, stride, up, residual } of layout.stages) {
    const before = area / scale ** 2;
    if (up !== 'none') scale /= 2;
    else scale *= stride;
    const after = area / scale ** 2;
    if (residual === 'open') kept = before * channels[0];
    // A spline has its picture before it is smoothed, too, and what follows reads the smoothed one.
    const enlarged = up === 'spline' ? after * channels[0] : 0;
    const input = before * channels[0];
    const convolved = after * channels[1] + Math.max(input + enlarged, after * channels[1]);
    peak = Math.max(peak, kept + convolved, kept + input + 2 * enlarged);
    if (residual === 'close') kept = 0;
  }
  return floatBytes * (peak + layout.size * 2 + pictures * width * height * 3);
}

/** Photo, picture, with its margin, with noise and speckle, and what is painted, cropped and given the photo's colours. */
const ownPictures = 8;

export function heldFastBytes(_: FastRecipe, width: number, height: number): number {
  const pixels = (width + 2 * fastMargin) * (height + 2 * fastMargin);
  return bytesOf({ pixels, pictures: ownPictures, shown: 1, stateBytes: pixels * floatPixelBytes });
}
