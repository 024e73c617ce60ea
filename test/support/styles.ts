/** Statistics that a painting could have, without one. */
import { mapPlaces, placeChannels } from '../../shared/anyStyle/places';
import { encodeStyle, type MeasuredStyle, rounded, styleText } from '../../shared/anyStyle/statistics';

/** @param level of means, so that several differ */
export function madeUpStyle(longSide = 300, level = 0.5, weights = 'c0ffee0012345678'): MeasuredStyle {
  const statistics = mapPlaces((place) => {
    const channels = placeChannels[place];
    return {
      mean: new Float64Array(channels).fill(level),
      covariance: new Float64Array(channels * channels).map((_, k) => (k % (channels + 1) === 0 ? 0.25 : 0.1)),
    };
  });
  return { weights, ...rounded({ longSide, statistics }) };
}

export const madeUpText = (...of: Parameters<typeof madeUpStyle>): string => styleText(encodeStyle(madeUpStyle(...of)));
