/**
 * A mosaic of a layer's channels for a photo, strongest response first: every cell is the map of where a channel
 * responds, each on its own scale.
 */
import type { SeeRecipe } from '../../../../shared/techniques/see/schema';
import { magma } from '../../images/colourMap';
import { fitLongSide, pixelsOf } from '../../images/pictures';
import { bicubic, type Raster, resample } from '../../images/resample';
import type { TechniqueResult } from '../../types';
import type { TechniqueContext } from '../technique';
import { type FeatureMap, readFeatures } from './features';
import { channelsOf } from './response';

/** Pixels between cells. */
const gutter = 2;
const background = [0.09, 0.09, 0.1] as const;
/** Long side of a single channel's picture; a hundred of them must fit into a message. */
const frameSide = 256;
const brightest = 0.99;

export async function runActivations(context: TechniqueContext<SeeRecipe>): Promise<TechniqueResult> {
  const { recipe } = context;
  return readFeatures(context, channelsOf, (features, photo) => {
    const ranked = rankChannels(features);
    const shown = recipe.channel === undefined ? ranked.slice(0, recipe.maxChannels) : [recipe.channel];
    const maps = shown.map((channel) => normalised(features, channel));
    const frame = fitLongSide(photo.width, photo.height, Math.min(recipe.size, frameSide));
    return {
      pixels: pixelsOf(mosaic(maps, photo.width / photo.height, recipe.size)),
      frames: maps.map((map, i) => ({
        label: `${recipe.layer} · ${shown[i]}`,
        pixels: pixelsOf(coloured(resample(map, frame.width, frame.height, bicubic))),
      })),
    };
  });
}

/** Channels by their mean response, strongest first; ties by number. */
export function rankChannels({ channels, values }: FeatureMap): number[] {
  const sums = new Float64Array(channels);
  values.forEach((value, at) => {
    sums[at % channels] = (sums[at % channels] ?? 0) + value;
  });
  return Array.from(sums.keys()).sort((a, b) => (sums[b] ?? 0) - (sums[a] ?? 0) || a - b);
}

/**
 * One channel, its least at 0 and its 99th percentile at 1, as a few strong cells would leave the others in the dark;
 * 0 where it is the same everywhere.
 */
export function normalised({ width, height, channels, values }: FeatureMap, channel: number): Raster {
  const map = Float32Array.from({ length: width * height }, (_, at) => values[at * channels + channel] ?? 0);
  const sorted = map.slice().sort();
  const low = sorted[0] ?? 0;
  const strong = sorted[Math.ceil(brightest * (sorted.length - 1))] ?? low;
  // A channel that answers in hardly any place has to do with its strongest.
  const high = strong > low ? strong : (sorted.at(-1) ?? low);
  const scale = high > low ? 1 / (high - low) : 0;
  return { width, height, channels: 1, values: map.map((value) => Math.min(1, (value - low) * scale)) };
}

export function coloured({ width, height, values }: Raster): Raster {
  const colours = new Float32Array(values.length * 3);
  // By index: taking millions of colours apart by a pattern runs an iterator for each.
  for (let at = 0; at < values.length; at++) {
    const colour = magma(values[at] ?? 0);
    colours[at * 3] = colour[0];
    colours[at * 3 + 1] = colour[1];
    colours[at * 3 + 2] = colour[2];
  }
  return { width, height, channels: 3, values: colours };
}

/**
 * Cells row by row, as large as they fit `size` × `size` with a gutter between.
 * @param aspect width over height of a cell
 */
export function mosaic(maps: readonly Raster[], aspect: number, size: number): Raster {
  const { columns, rows, cell } = layout(maps.length, aspect, size);
  const width = columns * (cell.width + gutter) - gutter;
  const height = rows * (cell.height + gutter) - gutter;
  const values = new Float32Array(width * height * 3);
  for (let at = 0; at < values.length; at++) values[at] = background[at % 3] ?? 0;
  maps.forEach((map, i) => {
    const picture = coloured(resample(map, cell.width, cell.height, bicubic));
    const left = (i % columns) * (cell.width + gutter);
    const top = Math.floor(i / columns) * (cell.height + gutter);
    for (let y = 0; y < cell.height; y++) {
      const row = picture.values.subarray(y * cell.width * 3, (y + 1) * cell.width * 3);
      values.set(row, ((top + y) * width + left) * 3);
    }
  });
  return { width, height, channels: 3, values };
}

/** The number of columns that shows most: large cells, and few places left empty in the last row. */
function layout(count: number, aspect: number, size: number) {
  const candidates = Array.from({ length: count }, (_, i) => {
    const columns = i + 1;
    const rows = Math.ceil(count / columns);
    const width = Math.min((size + gutter) / columns - gutter, ((size + gutter) / rows - gutter) * aspect);
    const cell = { width: Math.max(1, Math.floor(width)), height: Math.max(1, Math.floor(width / aspect)) };
    const filled = count / (columns * rows);
    return { columns, rows, cell, shown: cell.width * cell.height * filled ** 2 };
  });
  return candidates.reduce((best, next) => (next.shown > best.shown ? next : best));
}
