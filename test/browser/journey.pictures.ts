/**
 * What a painting is worth, in numbers that the studio did not give: read from its pixels, and from the features
 * that the embedded network has of them, compared with the painting's own in plain double precision.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import type { Preset } from '../../shared/preset';
import { readPresets } from '../../tools/build/indexes';
import { localFetch } from '../../tools/weights/localFetch';
import { type Device, openDevice } from '../../web/engine/device';
import type { Raster } from '../../web/engine/images/resample';
import { architectureOf } from '../../web/engine/network/architectures';
import { Network } from '../../web/engine/network/network';
import type { StyleStatisticsByLayer } from '../../web/engine/objectives/statistics';
import { measureStyle, targetsFromPreset } from '../../web/engine/techniques/style/targets';
import { loadWeights, memoryShardStore } from '../../web/engine/weights';

const publicDir = fileURLToPath(new URL('../../web/public', import.meta.url));

/** The project's own, so that every machine sees the same picture. */
export const photograph = path.join(publicDir, 'sample.jpg');

/** An image file as it is, or fitted exactly to a size; three channels in 0..1. */
export async function readPicture(file: string | Buffer, fit?: { width: number; height: number }): Promise<Raster> {
  const image = sharp(file).removeAlpha().toColourspace('srgb');
  const sized = fit ? image.resize(fit.width, fit.height, { fit: 'fill' }) : image;
  const { data, info } = await sized.raw().toBuffer({ resolveWithObject: true });
  return {
    width: info.width,
    height: info.height,
    channels: 3,
    values: Float32Array.from(data, (value) => value / 255),
  };
}

export function presetNamed(id: string): Preset {
  const preset = readPresets(publicDir).presets.find((each) => each.id === id);
  if (!preset) throw new Error(`web/public/presets has no "${id}"`);
  return preset;
}

/** 0..1 per channel. */
export function meanColour({ values }: Raster): number[] {
  const sums = [0, 0, 0];
  values.forEach((value, i) => {
    sums[i % 3] = (sums[i % 3] ?? 0) + value;
  });
  return sums.map((sum) => (sum * 3) / values.length);
}

export const colourOf = (hex: string): number[] =>
  [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);

/** Root mean square. */
export const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return Math.sqrt(sum / a.length);
};

export function meanDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs((a[i] ?? 0) - (b[i] ?? 0));
  return sum / a.length;
}

/** The embedded network in this process, to look at pictures with. */
export class Judge {
  private constructor(
    private readonly device: Device,
    private readonly network: Network,
  ) {}

  static async open(): Promise<Judge> {
    const device = await openDevice({ backend: 'wasm' });
    const loading = { baseUrl: 'http://localhost', store: memoryShardStore(), fetch: localFetch(publicDir) };
    const { manifest, parameters } = await loadWeights({ ...loading, id: 'reverie-vgg' });
    return new Judge(device, Network.create(architectureOf(manifest.architecture), parameters));
  }

  /**
   * How far a picture's features are from the painting's, per layer: ‖μ−μ₀‖²/‖μ₀‖² + ‖Σ−Σ₀‖²/‖Σ₀‖², summed over
   * the preset's layers.
   */
  async styleDistance(picture: Raster, preset: Preset): Promise<number> {
    const [statistics] = preset.statistics;
    if (!statistics) throw new Error(`${preset.id} was not measured`);
    const layers = (statistics.layers ?? []).map(({ layer }) => layer);
    const blob = new Uint8Array(readFileSync(path.join(publicDir, 'presets', `${statistics.sha256}.bin`)));
    const targets = targetsFromPreset(preset, statistics, blob.buffer);
    const wanted = await targets.at(this.network, layers, Math.max(picture.width, picture.height));
    return apart(await measureStyle(this.network, layers, picture), wanted);
  }

  close(): void {
    this.network.dispose();
    this.device.dispose();
  }
}

function apart(measured: StyleStatisticsByLayer, wanted: StyleStatisticsByLayer): number {
  let sum = 0;
  for (const [layer, target] of wanted) {
    const found = measured.get(layer);
    if (!found) throw new Error(`${layer} was not measured`);
    const relative = (a: Float32Array, b: Float32Array) =>
      (distance(a, b) / distance(b, new Float32Array(b.length))) ** 2;
    sum += relative(found.mean, target.mean) + relative(found.covariance, target.covariance);
  }
  return sum;
}
