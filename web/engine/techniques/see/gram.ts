/** A layer's Gram matrix for a photo as a picture (texture/gram.ts), and what its strongest entries look like. */
import type { SeeRecipe } from '../../../../shared/techniques/see/schema';
import { pixelsOf } from '../../images/pictures';
import { bilinear, type Raster, resample } from '../../images/resample';
import type { Frame, TechniqueResult } from '../../types';
import type { TechniqueContext } from '../technique';
import { gramOf, gramPicture, normalisedGram, type Patch, strongestPatches } from '../texture/gram';
import { readFeatures } from './features';
import { gramData } from './gramData';
import { channelsOf } from './response';

const pairsShown = 12;
const patchesShown = 6;
/** Of a patch as it is shown, pixels. */
const patchSide = 96;
const gap = 4;

export async function runGram(context: TechniqueContext<SeeRecipe>): Promise<TechniqueResult> {
  const { recipe } = context;
  return readFeatures(context, channelsOf, (features, photo) => {
    const { channels } = features;
    const gram = gramOf(features);
    const data = gramData(recipe.layer, features, gram);
    const pairs = strongestPairs(gram, channels, recipe.channel);
    const [strongest] = pairs;
    return {
      ...(strongest && { measured: { pair: strongest.cosine } }),
      gram: data,
      pixels: pixelsOf(enlarged(gramPicture(gram, channels, [...data.order]), recipe.size)),
      frames: pairs.flatMap(({ i, j, cosine }): Frame[] => {
        const patches = strongestPatches(features, i, j, patchesShown, photo);
        const label = `${recipe.layer} · ${i} × ${j} · ${cosine.toFixed(2)}`;
        return patches.length > 0 ? [{ label, pixels: pixelsOf(strip(photo, patches)) }] : [];
      }),
    };
  });
}

/** Pairs of different channels by cosine, strongest first, those of `channel` only if given; each channel at most twice. */
export function strongestPairs(gram: Float32Array, channels: number, channel?: number, count = pairsShown) {
  const cosines = normalisedGram(gram, channels);
  const pairs: { i: number; j: number; cosine: number }[] = [];
  for (let i = 0; i < channels; i++) {
    for (let j = i + 1; j < channels; j++) {
      const cosine = cosines[i * channels + j] ?? 0;
      if (cosine > 0 && (channel === undefined || channel === i || channel === j)) pairs.push({ i, j, cosine });
    }
  }
  pairs.sort((a, b) => b.cosine - a.cosine || a.i - b.i || a.j - b.j);
  const taken = new Map<number, number>();
  const uses = (c: number) => (c === channel ? 0 : (taken.get(c) ?? 0));
  // One channel that answers everywhere would otherwise be in every pair.
  return pairs
    .filter(({ i, j }) => {
      if (Math.max(uses(i), uses(j)) >= 2) return false;
      for (const c of [i, j]) taken.set(c, uses(c) + 1);
      return true;
    })
    .slice(0, count);
}

/** Every entry a square of whole pixels; shrunk only where there are more channels than pixels. */
function enlarged(picture: Raster, size: number): Raster {
  const factor = Math.floor(size / picture.width);
  if (factor < 1) return resample(picture, size, size, bilinear);
  const side = picture.width * factor;
  const values = new Float32Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const from = (Math.floor(y / factor) * picture.width + Math.floor(x / factor)) * 3;
      values.set(picture.values.subarray(from, from + 3), (y * side + x) * 3);
    }
  }
  return { width: side, height: side, channels: 3, values };
}

/** The patches side by side. */
function strip(photo: Raster, patches: readonly Patch[]): Raster {
  const width = patches.length * (patchSide + gap) - gap;
  const values = new Float32Array(width * patchSide * 3);
  patches.forEach((patch, n) => {
    const cut = new Float32Array(patch.w * patch.h * 3);
    for (let y = 0; y < patch.h; y++) {
      const from = ((patch.y + y) * photo.width + patch.x) * 3;
      cut.set(photo.values.subarray(from, from + patch.w * 3), y * patch.w * 3);
    }
    const shown = resample(
      { width: patch.w, height: patch.h, channels: 3, values: cut },
      patchSide,
      patchSide,
      bilinear,
    );
    for (let y = 0; y < patchSide; y++) {
      const row = shown.values.subarray(y * patchSide * 3, (y + 1) * patchSide * 3);
      values.set(row, (y * width + n * (patchSide + gap)) * 3);
    }
  });
  return { width, height: patchSide, channels: 3, values };
}
