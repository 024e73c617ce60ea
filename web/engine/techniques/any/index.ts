import * as tf from '@tensorflow/tfjs-core';
import type { RecipeOf } from '../../../../shared/techniques';
import { AnyStyleNetwork } from '../../transformer/any/network';
import { cropMultiple, smallSizes, tileReach } from '../../transformer/any/scales';
import { smallerTile } from '../fast/tiles';
import { bytesOf, floatPixelBytes, type Technique } from '../technique';
import { runAny } from './run';

export type AnyStyleRecipe = RecipeOf<'any'>;

/** Float numbers per pixel at the peak, among them what the convolutions pad: measured (test/unit/techniques/any.test.ts). */
const numbersPerPixel = 100;
/** Photo, picture, what is handed on at all sizes, and what is painted. */
const ownPictures = 8;

/** Of what the network is given at once. */
const pieceSide = (whole: number, tile: number) => Math.min(whole, tile + 2 * tileReach);

/** Any painting's style in one pass. */
export const any: Technique<AnyStyleRecipe, AnyStyleNetwork> = {
  name: 'any',
  suits: (network) => network instanceof AnyStyleNetwork,
  run: runAny,
  prints: true,
  transparency: (_, alpha) => alpha,
  withSmallerTile(recipe) {
    const tile = smallerTile(recipe.tile, recipe.size);
    return tile === null ? null : { ...recipe, tile };
  },
  /** Of the painting, as if it were square, and of the picture. */
  pass({ detail, size, styleScale, tile }, network, width, height) {
    const onLattice = (side: number) => Math.ceil(side / cropMultiple) * cropMultiple;
    const nothing = (across: number, down: number) => tf.zeros<tf.Rank.R4>([1, onLattice(down), onLattice(across), 3]);
    network.rehearse(nothing(size * styleScale, size * styleScale));
    const picture = nothing(pieceSide(width, tile), pieceSide(height, tile));
    for (const times of smallSizes(width, height, { detail: detail / 100 }))
      network.rehearse(tf.avgPool(picture, times, times, 'valid'));
    network.rehearse(picture);
  },
  estimateBytes: ({ tile }, _, width, height) => {
    const piece = pieceSide(width, tile) * pieceSide(height, tile);
    return 4 * (numbersPerPixel * piece + 3 * ownPictures * width * height);
  },
  heldBytes: (_, width, height) =>
    bytesOf({ pixels: width * height, pictures: ownPictures, shown: 1, stateBytes: width * height * floatPixelBytes }),
};
