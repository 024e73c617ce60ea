/** What neighbours and maps compare: whole photos where there are several, otherwise patches of the one. */
import { ReverieError } from '../../../../shared/errors';
import type { SeeRecipe } from '../../../../shared/techniques/see/schema';
import type { Raster } from '../../images/resample';
import { Descent, type Stage } from '../../optimise/descend';
import type { Place } from '../../types';
import type { TechniqueContext } from '../technique';
import { type FeatureMap, featuresOf } from './features';
import { cut, photosOf, placeOf } from './places';
import { channelsOf } from './response';

/** Compared at most. */
export const mostItems = 2000;
const fewest = 4;
/** Of a patch, in positions of the layer: a deep layer's receptive field is most of a photo. */
const patchPositions = 8;
/** Side at which pictures are compared pixel by pixel. */
const thumbSide = 12;

export interface Items {
  readonly photos: readonly Raster[];
  readonly places: readonly Place[];
  /** What the layer answers there, of length 1; where several positions are seen, their mean. */
  readonly features: readonly Float32Array[];
  /** What is there, made small; without its mean brightness. */
  readonly pixels: readonly Float32Array[];
}

/** @throws ReverieError `pictures-too-few` */
export async function itemsOf(context: TechniqueContext<SeeRecipe>): Promise<{ items: Items; descent: Descent }> {
  const { recipe, network, control } = context;
  const photos = photosOf(context).slice(0, mostItems);
  for (const { width, height } of photos) channelsOf(recipe, network, height, width);
  const descent = new Descent(control, [{ steps: photos.length }]);
  const places: Place[] = [];
  const features: Float32Array[] = [];
  const stage: Stage<FeatureMap, object> = {
    steps: photos.length,
    look: () => featuresOf(network, recipe.layer, photos[descent.step - 1] as Raster, () => descent.notePeak()),
    update(map) {
      const photo = descent.step - 1;
      const size = photos[photo] as Raster;
      if (photos.length > 1) {
        places.push(middle(photo, size));
        features.push(unit(meanOf(map)));
        return;
      }
      const geometry = network.geometry(recipe.layer);
      const step = Math.max(1, Math.ceil(Math.sqrt((map.width * map.height) / mostItems)));
      for (let row = 0; row < map.height; row += step) {
        for (let column = 0; column < map.width; column += step) {
          places.push(placeOf(geometry, photo, size, column, row, patchPositions * geometry.stride));
          const at = (row * map.width + column) * map.channels;
          features.push(unit(map.values.slice(at, at + map.channels)));
        }
      }
    },
  };
  return descent.through(stage, () => {
    if (places.length < fewest) {
      throw new ReverieError('pictures-too-few', `There are ${places.length} pictures to compare; it takes ${fewest}.`);
    }
    const pixels = places.map((place) => {
      const { values } = cut(photos[place.photo] as Raster, place, thumbSide);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return values.map((value) => value - mean);
    });
    return { items: { photos, places, features, pixels }, descent };
  });
}

/** The largest square in the middle of a photo. */
const middle = (photo: number, { width, height }: Raster): Place => {
  const side = Math.min(width, height);
  return { photo, x: Math.floor((width - side) / 2), y: Math.floor((height - side) / 2), side };
};

function meanOf({ channels, values }: FeatureMap): Float32Array {
  const mean = new Float32Array(channels);
  values.forEach((value, i) => {
    mean[i % channels] = (mean[i % channels] ?? 0) + (value * channels) / values.length;
  });
  return mean;
}

/** Of length 1; nothing stays nothing. */
function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return length > 0 ? vector.map((value) => value / length) : vector;
}

export function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return sum;
}
