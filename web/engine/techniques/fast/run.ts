/**
 * Fast style transfer (Johnson et al. 2016; many styles in one network: Dumoulin et al. 2017): one pass per picture, or
 * per tile of a large one.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { FastRecipe } from '../../../../shared/techniques/fast/schema';
import { matchColours } from '../../images/colours';
import { cropMiddle } from '../../images/margin';
import { fitLongSide, fitted, pixelsOf, rasterOf, readRaster, resizeToLongSide, tensorOf } from '../../images/pictures';
import type { Raster } from '../../images/resample';
import { Descent, type Stage, type TallyState } from '../../optimise/descend';
import { canvasOf } from '../../transformer/noise';
import type { StyleVector } from '../../transformer/parameters';
import { disposeStatistics, type Statistics } from '../../transformer/pass';
import type { Transformer } from '../../transformer/transformer';
import type { Made, TechniqueResult } from '../../types';
import { contentOf, type TechniqueContext } from '../technique';
import { printFast } from './print';
import { stylesOnDevice } from './styles';
import { reachOf, type Tile, tilesOf, toLattice } from './tiles';

/** Painted around the picture and cut off, pixels: a network sees a border from one side only, and it shows. */
export const fastMargin = 16;

interface FastPlace {
  readonly tile: number;
  /** Tiles, row by row; of no use to tiles of another size. */
  readonly steps: number;
  readonly painted: Raster;
}

export type FastState = FastPlace & { readonly tally: TallyState };

export async function runFast(context: TechniqueContext<FastRecipe, Transformer, FastState>): Promise<TechniqueResult> {
  const { recipe, control } = context;
  const styled = stylesOnDevice(context);
  const { network, vector } = styled;
  if (context.print) {
    const { print } = context;
    const startedAt = performance.now();
    const complete = await printFast(styled, recipe, print, control);
    const made = { pixels: print.base, complete, losses: [], steps: 1, peakBytes: network.peakBytes };
    return { ...made, msPerStep: performance.now() - startedAt };
  }
  const photo = rasterOf(contentOf(context));
  const { width, height } = fitLongSide(photo.width, photo.height, recipe.size);
  const picture = fitted(photo, { width, height });
  const bare = toLattice(picture, fastMargin);
  const canvas = paintedOn(bare, recipe, network);
  const reach = reachOf(network.layout.stages);
  // What fits a tile is painted in one piece, margin and all.
  const size = recipe.tile + 2 * fastMargin;
  const columns = tilesOf(canvas.width, size, reach);
  const tiles = tilesOf(canvas.height, size, reach).flatMap((row) => columns.map((column) => ({ row, column })));
  const steps = tiles.length;
  const resume = context.resume?.tile === recipe.tile ? context.resume : undefined;
  let painted = resume?.painted ?? bare;
  const madeOf = (of: Raster): Made => ({
    pixels: pixelsOf(withColours(cropMiddle(of, width, height), picture, 1 - recipe.strength / 100)),
  });
  const descent = new Descent(control, [{ steps }], resume?.tally);
  const statistics = steps > 1 ? sharedStatistics(network, bare, vector, recipe) : null;
  const stage: Stage<Raster, FastPlace> = {
    steps,
    done: resume?.steps,
    async look() {
      const tile = tiles[descent.step - 1];
      const image = tensorOf(tile && steps > 1 ? cut(canvas, tile.row, tile.column) : canvas);
      const result = statistics ? network.paint(image, vector, statistics) : network.paint(image, vector);
      descent.notePeak(network.peakBytes);
      const raster = await readRaster(result);
      tf.dispose([image, result]);
      return raster;
    },
    update(raster) {
      const tile = tiles[descent.step - 1];
      painted = tile && steps > 1 ? pasted(painted, raster, tile.row, tile.column) : raster;
    },
    place: (taken) => async () => {
      const place = { tile: recipe.tile, steps: taken, painted };
      return { place, made: () => madeOf(place.painted) };
    },
    dispose: () => statistics && disposeStatistics(statistics),
  };
  const made = await descent.through(stage, () => madeOf(painted));
  // Whoever cancelled in the last step may have it all.
  return { ...descent.result(made), complete: descent.step === steps };
}

/**
 * The share of the photo's colours that the strength leaves it: instance norm takes a photo's own mean and contrast away,
 * and the style that gives the photo back can but guess them.
 */
function withColours(painted: Raster, photo: Raster, share: number): Raster {
  if (share === 0) return painted;
  const matched = matchColours(painted, photo).values;
  return { ...painted, values: painted.values.map((value, i) => value + share * ((matched[i] ?? 0) - value)) };
}

/** The photo's style wants no noise, a mixture with it less. */
const paintedOn = (picture: Raster, { seed, strength }: FastRecipe, { configuration }: Transformer): Raster =>
  canvasOf(picture, configuration, seed, strength / 100);

/** Tiles that normalised each by itself would differ in colour: all take the statistics of the picture as a whole. */
function sharedStatistics(network: Transformer, bare: Raster, vector: StyleVector, recipe: FastRecipe): Statistics {
  const small = toLattice(resizeToLongSide(bare, recipe.tile));
  const image = tensorOf(paintedOn(small, recipe, network));
  const statistics = network.measure(image, vector);
  image.dispose();
  return statistics;
}

function cut({ width, channels, values }: Raster, row: Tile, column: Tile): Raster {
  const size = { width: column.to - column.from, height: row.to - row.from };
  const result = new Float32Array(size.width * size.height * channels);
  for (let y = 0; y < size.height; y++) {
    const from = ((row.from + y) * width + column.from) * channels;
    result.set(values.subarray(from, from + size.width * channels), y * size.width * channels);
  }
  return { ...size, channels, values: result };
}

/** The picture with what of the tile is kept written over it. */
function pasted(picture: Raster, tile: Raster, row: Tile, column: Tile): Raster {
  const { channels } = picture;
  const values = picture.values.slice();
  for (let y = row.start; y < row.end; y++) {
    const from = ((y - row.from) * tile.width + (column.start - column.from)) * channels;
    const length = (column.end - column.start) * channels;
    values.set(tile.values.subarray(from, from + length), (y * picture.width + column.start) * channels);
  }
  return { ...picture, values };
}
