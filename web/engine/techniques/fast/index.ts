import * as tf from '@tensorflow/tfjs-core';
import type { FastRecipe } from '../../../../shared/techniques/fast/schema';
import { splinesInside } from '../../kernels';
import { sideMultiple } from '../../transformer/stages';
import { Transformer } from '../../transformer/transformer';
import { bytesOf, floatBytes, floatPixelBytes, type Technique } from '../technique';
import { fastMargin, runFast } from './run';
import { smallerTile } from './tiles';

/** Picture and result, each as a raster and as a tensor. */
const pictures = 4;
/** Photo, picture, with its margin, with noise and speckle, and what is painted, cropped and given the photo's colours. */
const ownPictures = 8;

/** Fast style transfer: one pass of a network that was trained for its styles. */
export const fast: Technique<FastRecipe, Transformer> = {
  name: 'fast',
  suits: (network) => network instanceof Transformer,
  run: runFast,
  prints: true,
  transparency: (_, alpha) => alpha,
  withSmallerTile(recipe) {
    const tile = smallerTile(recipe.tile, recipe.size);
    return tile === null ? null : { ...recipe, tile };
  },

  pass({ tile }, network, width, height) {
    const { configuration } = network;
    const [across, down] = [width, height].map((side) => {
      const canvas = Math.min(side, tile) + 2 * fastMargin;
      return Math.ceil(canvas / sideMultiple) * sideMultiple;
    }) as [number, number];
    const canvas = tf.zeros<tf.Rank.R4>([1, down, across, configuration.noise ? 4 : 3]);
    network.paint(canvas, network.blend(configuration.styles.map((_, i) => Number(i === 0))));
  },

  /**
   * At each stage: what the convolution gives beside what comes in, enlarged as well, then beside what is made of it; where
   * that is done in place, neither of the two.
   */
  estimateBytes({ tile }, { layout }, width, height) {
    const canvas = (side: number) => Math.min(side, tile) + 2 * fastMargin;
    const area = canvas(width) * canvas(height);
    let [scale, peak, kept] = [1, 0, 0];
    const inPlace = splinesInside();
    for (const { channels, stride, up, residual } of layout.stages) {
      const input = (area / scale ** 2) * channels[0];
      if (up !== 'none') scale /= 2;
      else scale *= stride;
      const after = area / scale ** 2;
      if (residual === 'open') kept = input;
      // Where a spline's picture is there at all, it is before it is smoothed, too, and what follows reads the smoothed one.
      const enlarged = up === 'spline' && !inPlace ? after * channels[0] : 0;
      const convolved = after * channels[1] + Math.max(input + enlarged, inPlace ? 0 : after * channels[1]);
      peak = Math.max(peak, kept + convolved, kept + input + 2 * enlarged);
      if (residual === 'close') kept = 0;
    }
    return floatBytes * (peak + layout.size * 2 + pictures * width * height * 3);
  },

  heldBytes(_, width, height) {
    const pixels = (width + 2 * fastMargin) * (height + 2 * fastMargin);
    return bytesOf({ pixels, pictures: ownPictures, shown: 1, stateBytes: pixels * floatPixelBytes });
  },
};
