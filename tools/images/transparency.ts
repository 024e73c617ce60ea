/** Transparent pictures are shown to the network over their own mean colour (notes on alpha: README of style). */

/**
 * Composites RGBA over the mean colour of what is visible (weighted by alpha), in place, and makes it opaque.
 * The mean is the colour that adds least contrast at the silhouette, so the network sees no false edge.
 * @returns null when the picture was opaque already, else the colour `#rrggbb` that was put behind it.
 */
export function flatten(data: Uint8ClampedArray): string | null {
  let weight = 0;
  let opaque = true;
  const sum = [0, 0, 0];
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3] ?? 0;
    if (alpha !== 255) opaque = false;
    weight += alpha;
    for (let c = 0; c < 3; c++) sum[c] = (sum[c] ?? 0) + alpha * (data[i + c] ?? 0);
  }
  if (opaque) return null;
  // Nothing visible at all: mid grey, the colour that favours no style.
  const mean = sum.map((s) => (weight > 0 ? s / weight : 128));
  for (let i = 0; i < data.length; i += 4) {
    const alpha = (data[i + 3] ?? 0) / 255;
    for (let c = 0; c < 3; c++) data[i + c] = alpha * (data[i + c] ?? 0) + (1 - alpha) * (mean[c] ?? 128);
    data[i + 3] = 255;
  }
  return `#${mean.map((m) => Math.round(m).toString(16).padStart(2, '0')).join('')}`;
}
