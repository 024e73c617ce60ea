/** A painting to its statistics: per layer and scale, as blobs named by their hash (shared/preset.ts). */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encodeStyle } from '../../shared/anyStyle/statistics';
import { sha256Hex, weightsHash } from '../../shared/hash';
import { anyStyleArchitecture } from '../../shared/networks';
import type { StyleStatistics } from '../../shared/preset';
import { styleDefaults } from '../../shared/techniques/style/schema';
import type { Pixels } from '../../web/engine/api';
import { rasterOf, resizeToLongSide } from '../../web/engine/images/pictures';
import type { Raster } from '../../web/engine/images/resample';
import { architectureOf } from '../../web/engine/network/architectures';
import { pixelTaps } from '../../web/engine/network/grain';
import { Network } from '../../web/engine/network/network';
import type { StyleStatisticsByLayer } from '../../web/engine/objectives/statistics';
import { encodePreset } from '../../web/engine/techniques/style/presetBlob';
import { measureAtSize, measureStyle } from '../../web/engine/techniques/style/targets';
import { AnyStyleNetwork } from '../../web/engine/transformer/any/network';
import type { LoadedWeights } from '../../web/engine/weights';

/** Long sides in steps of √2; a run in between interpolates. Below the first, a painting is a smear. */
const ladder = [64, 91, 128, 181, 256, 362, 512, 724];
/** For one pass, which takes the nearest: half an octave off changes what it paints by less than 3 levels. */
const ladderInOnePass = [128, 256, 512];

/** Never enlarged: the ladder as far as the painting goes, and the painting itself where it ends well above. */
export function scalesOfPainting(longSide: number, ladder: readonly number[]): number[] {
  const scales = ladder.filter((scale) => scale <= longSide);
  return longSide > 1.1 * (scales.at(-1) ?? 0) ? [...scales, longSide] : scales;
}

/** On the active backend; the blobs are written into `out`. */
export async function measurePainting(
  painting: Pixels,
  { manifest, parameters }: Pick<LoadedWeights, 'manifest' | 'parameters'>,
  out: string,
): Promise<StyleStatistics[]> {
  const raster = rasterOf(painting);
  const longSide = Math.max(raster.width, raster.height);
  const weights = await weightsHash(manifest);
  const entry = async (blob: Uint8Array<ArrayBuffer>, of: Pick<StyleStatistics, 'layers' | 'scales'>) => {
    const sha256 = await sha256Hex(blob);
    await writeFile(path.join(out, `${sha256}.bin`), blob);
    return { network: manifest.id, weights, ...of, sha256, bytes: blob.byteLength };
  };
  if (manifest.architecture !== anyStyleArchitecture) {
    const network = Network.create(architectureOf(manifest.architecture), parameters);
    const scales = scalesOfPainting(longSide, ladder);
    const { layers, blob } = await measureLayers(network, raster, scales);
    network.dispose();
    return [await entry(blob, { layers, scales })];
  }
  const network = AnyStyleNetwork.create(parameters);
  const entries: StyleStatistics[] = [];
  for (const scale of scalesOfPainting(longSide, ladderInOnePass)) {
    const measured = await measureAtSize(network, raster, scale);
    entries.push(await entry(encodeStyle({ weights, ...measured }), { scales: [scale] }));
  }
  network.dispose();
  return entries;
}

async function measureLayers(network: Network, raster: Raster, scales: number[]) {
  const taps = [...styleDefaults.styleLayers.map(({ layer }) => layer), ...pixelTaps];
  const measured: StyleStatisticsByLayer[] = [];
  for (const scale of scales) measured.push(await measureStyle(network, taps, resizeToLongSide(raster, scale)));
  const layers = taps.map((layer) => ({ layer, channels: measured[0]?.get(layer)?.channels ?? 0 }));
  return { layers, blob: encodePreset({ layers, scales }, measured) };
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
