/** Where in photos a channel answers most: nine places each, cut out as large as the channel sees (Zeiler & Fergus 2013). */
import type { SeeRecipe } from '../../../../shared/techniques/see/schema';
import { pixelsOf } from '../../images/pictures';
import { sheet } from '../../images/sheet';
import type { TapGeometry } from '../../network/geometry';
import { Descent, type Stage } from '../../optimise/descend';
import type { Answer, Frame, TechniqueResult } from '../../types';
import type { TechniqueContext } from '../technique';
import { type FeatureMap, featuresOf } from './features';
import { cut, overlap, photosOf, placeOf } from './places';
import { assertAnswers, channelsOf } from './response';

/** Of a channel. */
export const placesShown = 9;
/** Channels, strongest first, unless one is asked for. */
const channelsShown = 12;
/** Of a patch in a frame, pixels. */
const patchSide = 72;

export async function runPatches(context: TechniqueContext<SeeRecipe>): Promise<TechniqueResult> {
  const { recipe, network, control } = context;
  const photos = photosOf(context);
  const sizes = photos.map(({ width, height }) => channelsOf(recipe, network, height, width));
  const geometry = network.geometry(recipe.layer);
  const count = sizes[0] ?? 0;
  const best = Array.from({ length: count }, (): Answer[] => []);
  const sums = new Float64Array(count);
  let positions = 0;
  const descent = new Descent(control, [{ steps: photos.length }]);
  const stage: Stage<FeatureMap, object> = {
    steps: photos.length,
    look: () => {
      const photo = photos[descent.step - 1] ?? photos[0];
      if (!photo) throw new Error('There is no photo.');
      return featuresOf(network, recipe.layer, photo, () => descent.notePeak());
    },
    update(features) {
      const photo = descent.step - 1;
      const found = strongest(features, photo, photos[photo] ?? { width: 1, height: 1 }, geometry);
      for (const [channel, places] of found.entries()) {
        best[channel] = [...(best[channel] ?? []), ...places].sort((a, b) => b.answer - a.answer).slice(0, placesShown);
      }
      positions += features.width * features.height;
      features.values.forEach((value, i) => {
        sums[i % count] = (sums[i % count] ?? 0) + value;
      });
    },
  };
  try {
    return descent.result(
      await descent.through(stage, () => {
        // What answers alike everywhere has no places.
        const peaks = Array.from(sums, (sum, channel) => (best[channel]?.[0]?.answer ?? 0) - sum / positions);
        const ranked = Array.from(peaks.keys()).sort((a, b) => (peaks[b] ?? 0) - (peaks[a] ?? 0) || a - b);
        const asked = recipe.channel === undefined ? ranked.slice(0, channelsShown) : [recipe.channel];
        const rows = asked.map((channel) => ({ channel, answers: best[channel] ?? [] })).filter(answering);
        assertAnswers(rows.length > 0, recipe);
        const side = Math.max(8, Math.floor(recipe.size / placesShown) - 4);
        const cuts = (answers: readonly Answer[], of: number) =>
          answers.flatMap((place) => {
            const photo = photos[place.photo];
            return photo ? [cut(photo, place, of)] : [];
          });
        const padded = rows.flatMap(({ answers }) => [
          ...cuts(answers, side),
          ...Array.from({ length: placesShown - answers.length }, () => blank(side)),
        ]);
        const frames = rows.map(({ channel, answers }): Frame => {
          const pixels = pixelsOf(sheet(cuts(answers, patchSide), placesShown));
          return { label: `${recipe.layer} · ${channel}`, pixels };
        });
        return { pixels: pixelsOf(sheet(padded, placesShown)), frames, data: { kind: 'patches', rows } };
      }),
    );
  } finally {
    descent.dispose();
  }
}

const answering = ({ answers }: { readonly answers: readonly Answer[] }) => answers.length > 0;
const blank = (side: number) => ({
  width: side,
  height: side,
  channels: 3,
  values: new Float32Array(side * side * 3).fill(0.09),
});

/** Of every channel its strongest places in one photo, none over another. */
export function strongest(
  { width, height, channels, values }: FeatureMap,
  photo: number,
  size: { readonly width: number; readonly height: number },
  geometry: TapGeometry,
): Answer[][] {
  return Array.from({ length: channels }, (_, channel) => {
    const order = Array.from({ length: width * height }, (_, at) => at)
      .filter((at) => (values[at * channels + channel] ?? 0) > 0)
      .sort((a, b) => (values[b * channels + channel] ?? 0) - (values[a * channels + channel] ?? 0) || a - b);
    const found: Answer[] = [];
    for (const at of order) {
      if (found.length >= placesShown) break;
      const place = placeOf(geometry, photo, size, at % width, Math.floor(at / width));
      if (found.some((taken) => overlap(taken, place))) continue;
      found.push({ ...place, answer: values[at * channels + channel] ?? 0 });
    }
    return found;
  });
}
