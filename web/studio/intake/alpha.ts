/** Transparency: the engine paints opaque pixels, so a transparent picture is laid over its own mean colour. */

/**
 * Composites in place over the alpha-weighted mean colour, which disturbs the picture's statistics least.
 * @param data RGBA, not premultiplied.
 * @returns true when anything was transparent.
 */
export function flattenAlpha(data: Uint8ClampedArray): boolean {
  let weight = 0;
  let transparent = false;
  const sum: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3] ?? 255;
    if (alpha < 255) transparent = true;
    weight += alpha;
    sum[0] += alpha * (data[i] ?? 0);
    sum[1] += alpha * (data[i + 1] ?? 0);
    sum[2] += alpha * (data[i + 2] ?? 0);
  }
  if (!transparent) return false;
  // A picture that is transparent throughout has no colour of its own: white, as paper.
  const mean = weight === 0 ? [255, 255, 255] : sum.map((channel) => channel / weight);
  for (let i = 0; i < data.length; i += 4) {
    const alpha = (data[i + 3] ?? 255) / 255;
    if (alpha === 1) continue;
    for (let c = 0; c < 3; c++) data[i + c] = (data[i + c] ?? 0) * alpha + (mean[c] ?? 0) * (1 - alpha);
    data[i + 3] = 255;
  }
  return true;
}
