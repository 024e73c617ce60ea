/** What the Gram matrix was made of, small enough to stay with the result: any pair of channels can then be looked at. */
import type { GramData } from '../../types';
import { type FeatureMap, gramOrder, normalisedGram } from '../texture/gram';

/** Positions that are kept; more are averaged, as patches are small anyway. */
const mostPositions = 128 * 128;

export function gramData(layer: string, features: FeatureMap, gram: Float32Array): GramData {
  const { channels } = features;
  const factor = Math.max(1, Math.ceil(Math.sqrt((features.width * features.height) / mostPositions)));
  const { width, height, values } = factor > 1 ? thinned(features, factor) : features;
  const most = new Float32Array(channels);
  for (let at = 0; at < values.length; at++) {
    const c = at % channels;
    most[c] = Math.max(most[c] ?? 0, values[at] ?? 0);
  }
  const answers = Uint8Array.from(values, (value, at) => {
    const top = most[at % channels] ?? 0;
    return top > 0 ? Math.round((255 * Math.max(0, value)) / top) : 0;
  });
  const cosines = normalisedGram(gram, channels);
  return { layer, width, height, channels, answers, cosines, order: Uint16Array.from(gramOrder(gram, channels)) };
}

/** Means over `factor` × `factor` positions; those at the far borders over fewer. */
function thinned({ width, height, channels, values }: FeatureMap, factor: number): FeatureMap {
  const [w, h] = [Math.ceil(width / factor), Math.ceil(height / factor)];
  const sums = new Float32Array(w * h * channels);
  const counts = new Float32Array(w * h);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const to = Math.floor(y / factor) * w + Math.floor(x / factor);
      counts[to] = (counts[to] ?? 0) + 1;
      for (let c = 0; c < channels; c++) {
        sums[to * channels + c] = (sums[to * channels + c] ?? 0) + (values[(y * width + x) * channels + c] ?? 0);
      }
    }
  }
  const means = sums.map((sum, at) => sum / (counts[Math.floor(at / channels)] ?? 1));
  return { width: w, height: h, channels, values: means };
}
