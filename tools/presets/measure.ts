/** A painting to its statistics: per layer and scale, as a blob named by its hash (shared/preset.ts). */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sha256Hex, weightsHash } from '../../shared/hash';
import type { WeightsManifest } from '../../shared/manifest';
import type { StyleStatistics } from '../../shared/preset';
import { styleDefaults } from '../../shared/recipe';
import type { Pixels } from '../../web/engine/api';
import { rasterOf, resizeToLongSide } from '../../web/engine/images/pictures';
import { pixelTaps } from '../../web/engine/network/grain';
import type { Network } from '../../web/engine/network/network';
import type { StyleStatisticsByLayer } from '../../web/engine/objectives/statistics';
import { encodePreset } from '../../web/engine/techniques/style/presetBlob';
import { measureStyle } from '../../web/engine/techniques/style/targets';

/** Long sides in steps of √2; a run in between interpolates. Below the first, a painting is a smear. */
const ladder = [64, 91, 128, 181, 256, 362, 512, 724];

/** Never enlarged: the ladder as far as the painting goes, and the painting itself where it ends well above. */
export function scalesOfPainting(longSide: number): number[] {
  const scales = ladder.filter((scale) => scale <= longSide);
  return longSide > 1.1 * (scales.at(-1) ?? 0) ? [...scales, longSide] : scales;
}

export async function measurePainting(
  painting: Pixels,
  network: Network,
  manifest: WeightsManifest,
  out: string,
): Promise<StyleStatistics> {
  const raster = rasterOf(painting);
  const scales = scalesOfPainting(Math.max(raster.width, raster.height));
  const taps = [...styleDefaults.styleLayers.map(({ layer }) => layer), ...pixelTaps];
  const measured: StyleStatisticsByLayer[] = [];
  for (const scale of scales) measured.push(await measureStyle(network, taps, resizeToLongSide(raster, scale)));
  const layers = taps.map((layer) => ({ layer, channels: measured[0]?.get(layer)?.channels ?? 0 }));
  const blob = encodePreset({ layers, scales }, measured);
  const sha256 = await sha256Hex(blob);
  await writeFile(path.join(out, `${sha256}.bin`), blob);
  return {
    ...{ network: manifest.id, weights: await weightsHash(manifest), layers, scales },
    ...{ sha256, bytes: blob.byteLength },
  };
}

/** Mean colour, `#rrggbb`. */
export function meanColour({ data }: Pixels): string {
  const sums = [0, 0, 0];
  for (let i = 0; i < data.length; i += 4) {
    for (let c = 0; c < 3; c++) sums[c] = (sums[c] ?? 0) + (data[i + c] ?? 0);
  }
  const hex = sums.map((sum) =>
    Math.round((sum * 4) / data.length)
      .toString(16)
      .padStart(2, '0'),
  );
  return `#${hex.join('')}`;
}
