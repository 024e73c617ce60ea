/** What all contenders are given: the embedded network, a photo and a painting, and style transfer's defaults. */

import path from 'node:path';
import { parseRecipe } from '../../../shared/recipe';
import { recipeVersion } from '../../../shared/recipe/version';
import { fastDefaults } from '../../../shared/techniques/fast/schema';
import type { StyleRecipe } from '../../../shared/techniques/style/schema';
import type { TransformerConfiguration } from '../../../shared/transformer';
import type { Pixels } from '../../../web/engine/api';
import { pixelsOf, rasterOf } from '../../../web/engine/images/pictures';
import { normalNoise, randomGenerator } from '../../../web/engine/images/random';
import { bicubic, type Raster, resample } from '../../../web/engine/images/resample';
import { type Architecture, architectureOf } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import type { Parameters } from '../../../web/engine/network/parameters';
import { styleWeights } from '../../../web/engine/techniques/fast/styles';
import { gatherParameters, type TransformerParameters } from '../../../web/engine/transformer/parameters';
import { loadWeights, memoryShardStore } from '../../../web/engine/weights';
import { assets, manifestOf } from '../../files';
import { localFetch } from '../../weights/localFetch';
import { readStored } from '../../weights/stored';

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Problem {
  readonly recipe: StyleRecipe;
  readonly architecture: Architecture;
  readonly parameters: Parameters;
  readonly network: Network;
  readonly content: Pixels;
  /** Neither the photo nor the painting, so that every term of the loss counts: where losses are compared. */
  readonly compared: Pixels;
  readonly painting: Pixels;
}

/**
 * The picture with a share of the painting laid over it, and a breath of noise: on a plane of one colour filters that
 * know no mean answer 0, where rounding decides whether a ReLU lets a gradient through.
 */
function blend(picture: Raster, share: number): Raster {
  const { values } = painting(picture.width, picture.height);
  const noise = normalNoise(values.length, randomGenerator(11));
  const mixed = (value: number, i: number) => value + share * ((values[i] ?? 0) - value) + 0.005 * (noise[i] ?? 0);
  return { ...picture, values: picture.values.map(mixed) };
}

/** Pictures of a size, as a run is given them. */
export const picturesOf = (content: Raster): Pick<Problem, 'content' | 'compared' | 'painting'> => ({
  content: pixelsOf(content),
  compared: pixelsOf(blend(rasterOf(pixelsOf(content)), 0.2)),
  painting: pixelsOf(painting(content.width, content.height)),
});

/** One scale, so that every step is like the others. */
export const recipeFor = (size: number): StyleRecipe =>
  parseRecipe({
    technique: 'style',
    version: recipeVersion,
    size,
    styles: [{ image: null }],
    schedule: { minSize: size, firstSteps: 1, steps: 0 },
  });

/** Needs an open device. */
export async function openProblem({ width, height }: Size): Promise<Problem> {
  const recipe = recipeFor(Math.max(width, height));
  const { manifest, parameters } = await loadWeights({
    baseUrl: 'http://localhost',
    id: recipe.network,
    store: memoryShardStore(),
    fetch: localFetch(assets),
  });
  const architecture = architectureOf(manifest.architecture);
  const network = Network.create(architecture, parameters);
  return { recipe, architecture, parameters, network, ...picturesOf(await photo(width, height)) };
}

// A photo and a painting for measuring with: the project's sample picture, and two made here by code.

export async function photo(width: number, height: number): Promise<Raster> {
  // Not for whoever measures without it, in a pack.
  const { readImage } = await import('../../images');
  return resample(rasterOf(await readImage(path.join(assets, 'sample.jpg'))), width, height, bicubic);
}

type Colour = readonly [number, number, number];

function draw(width: number, height: number, colour: (x: number, y: number) => Colour): Raster {
  const values = new Float32Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (const value of colour(x / width, y / height)) values[at++] = Math.min(1, Math.max(0, value));
    }
  }
  return { width, height, channels: 3, values };
}

const mix = (a: Colour, b: Colour, share: number): Colour => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
];

/** Sky, sun, two ridges and grain: the smooth and the rough parts of a photo. */
export function landscape(width: number, height: number): Raster {
  const random = randomGenerator(7);
  const ridge = (x: number, level: number, height: number, seed: number) =>
    level + height * (Math.sin(5 * x + seed) + 0.4 * Math.sin(17 * x + 2 * seed) + 0.15 * Math.sin(53 * x));
  return draw(width, height, (x, y) => {
    const grain = 0.04 * (random() - 0.5);
    const sun = Math.exp(-(((x - 0.7) ** 2 + (y - 0.25) ** 2) / 0.006));
    let colour = mix(mix([0.35, 0.55, 0.85], [0.95, 0.8, 0.65], y * 1.4), [1, 0.95, 0.75], sun);
    if (y > ridge(x, 0.55, 0.06, 1)) colour = [0.3, 0.36, 0.5];
    if (y > ridge(x, 0.72, 0.05, 4)) colour = mix([0.12, 0.25, 0.12], [0.4, 0.45, 0.15], 0.5 + 10 * grain);
    return [colour[0] + grain, colour[1] + grain, colour[2] + grain];
  });
}

/** Strokes in few strong colours along swirling lines. */
export function painting(width: number, height: number): Raster {
  const palette: readonly Colour[] = [
    [0.1, 0.15, 0.45],
    [0.2, 0.45, 0.75],
    [0.9, 0.75, 0.25],
    [0.95, 0.93, 0.8],
    [0.15, 0.3, 0.25],
  ];
  const random = randomGenerator(11);
  return draw(width, height, (x, y) => {
    const angle = 6 * Math.sin(4 * x + 2 * y) + 5 * Math.cos(3 * y - 2 * x);
    const across = 40 * (x * Math.cos(angle) + y * Math.sin(angle));
    const colour = palette[Math.abs(Math.floor(across)) % palette.length] ?? [0, 0, 0];
    const bristle = 0.12 * Math.sin(9 * across) + 0.06 * (random() - 0.5);
    return [colour[0] + bristle, colour[1] + bristle, colour[2] + bristle];
  });
}

// The shipped fast-style network from this checkout, with one of its styles at full strength.

export interface ShippedNetwork {
  readonly configuration: TransformerConfiguration;
  readonly parameters: TransformerParameters;
  /** One per style of the network. */
  readonly weights: readonly number[];
}

export const shownStyle = 'starry-night';

export async function readShippedNetwork(): Promise<ShippedNetwork> {
  const { manifest, parameters } = await readStored(manifestOf(fastDefaults.network));
  const configuration = manifest.transformer;
  if (!configuration) throw new Error(`${fastDefaults.network} is no fast-style network.`);
  const recipe = parseRecipe({ technique: 'fast', version: recipeVersion, styles: [{ style: shownStyle }] });
  const weights = styleWeights(recipe, configuration);
  return { configuration, parameters: gatherParameters(configuration, parameters), weights };
}
