/** How far from the picture's border TensorFlow.js' wrong gradient of reflection padding reaches. */
import type { Node } from '../../../web/engine/network/layers';

/**
 * Pixels at each side that may be wrong. The stock gradient drops what the border reflected, which belongs to the
 * second row: every padded convolution starts with two wrong rows; each passes on what it got, widened by its
 * kernel, and each pooling multiplies it by its stride.
 */
export function wrongBorder(nodes: readonly Node[], deepestTap: string): number {
  const end = nodes.findIndex(({ tap }) => tap === deepestTap);
  return nodes.slice(0, end + 1).reduceRight((wrong, { layer }) => {
    if (layer.kind === 'pool') return wrong * layer.stride;
    if (layer.kind !== 'conv' || layer.padding.mode !== 'reflect') return wrong;
    return Math.max(wrong + (layer.kernel[0] >> 1), 2);
  }, 0);
}

/** Largest difference over largest value, border left out; arrays are `[H, W, 3]`. */
export function interiorError(
  ours: Float32Array,
  theirs: Float32Array,
  size: { readonly width: number; readonly height: number },
  border: number,
): number {
  let error = 0;
  let scale = 0;
  for (let y = border; y < size.height - border; y++) {
    for (let i = (y * size.width + border) * 3; i < (y * size.width + size.width - border) * 3; i++) {
      const difference = Math.abs((ours[i] ?? Number.NaN) - (theirs[i] ?? Number.NaN));
      if (Number.isNaN(difference)) return Number.NaN;
      error = Math.max(error, difference);
      scale = Math.max(scale, Math.abs(ours[i] ?? 0));
    }
  }
  return scale > 0 ? error / scale : Number.NaN;
}
