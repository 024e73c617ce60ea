/** Per-channel histogram matching: the last touch of Gatys et al. 2015, which brings back the sample's exact colours. */
import type { Raster } from '../../images/resample';

/** The picture with each channel's values replaced, in their order, by those of the sample's. */
export function matchHistogram(picture: Raster, sample: Raster): Raster {
  const { channels } = picture;
  const values = new Float32Array(picture.values.length);
  for (let c = 0; c < channels; c++) {
    const wanted = channelOf(sample, c).sort();
    const own = channelOf(picture, c);
    const order = Uint32Array.from(own.keys()).sort((a, b) => (own[a] ?? 0) - (own[b] ?? 0) || a - b);
    order.forEach((at, rank) => {
      const place = ((rank + 0.5) / order.length) * wanted.length - 0.5;
      const low = Math.min(wanted.length - 1, Math.max(0, Math.floor(place)));
      const high = Math.min(wanted.length - 1, low + 1);
      const share = Math.min(1, Math.max(0, place - low));
      values[at * channels + c] = (wanted[low] ?? 0) * (1 - share) + (wanted[high] ?? 0) * share;
    });
  }
  return { ...picture, values };
}

const channelOf = ({ width, height, channels, values }: Raster, c: number): Float32Array =>
  Float32Array.from({ length: width * height }, (_, i) => values[i * channels + c] ?? 0);
