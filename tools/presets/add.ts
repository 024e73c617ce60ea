/** Paintings into the gallery: measured, and one picture painted with each as its thumbnail. The paintings stay where they are. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { encodeStyle } from '../../shared/anyStyle/statistics';
import { ReverieError } from '../../shared/errors';
import { sha256Hex, weightsHash } from '../../shared/hash';
import { anyStyleArchitecture } from '../../shared/networks';
import type { StyleStatistics } from '../../shared/preset';
import { parseRecipe } from '../../shared/recipe';
import { recipeVersion } from '../../shared/recipe/version';
import { styleDefaults } from '../../shared/techniques/style/schema';
import type { Pixels } from '../../web/engine/api';
import { openDevice } from '../../web/engine/device';
import { rasterOf, resizeToLongSide } from '../../web/engine/images/pictures';
import type { Raster } from '../../web/engine/images/resample';
import { architectureOf } from '../../web/engine/network/architectures';
import { pixelTaps } from '../../web/engine/network/grain';
import { Network } from '../../web/engine/network/network';
import type { StyleStatisticsByLayer } from '../../web/engine/objectives/statistics';
import { encodePreset } from '../../web/engine/techniques/style/presetBlob';
import { measureAtSize, measureStyle } from '../../web/engine/techniques/style/targets';
import { AnyStyleNetwork } from '../../web/engine/transformer/any/network';
import { type LoadedWeights, loadWeights, memoryShardStore } from '../../web/engine/weights';
import { openEngine } from '../cli/engine';
import { misuse } from '../commandLine';
import { assets, writeWhole } from '../files';
import { readImage } from '../images';
import { localFetch } from '../weights/localFetch';
import { putPreset, readGallery, thumbnailName, type Work, workOf } from './gallery';

export interface Addition {
  /** Paintings, or folders of them. */
  readonly from: readonly string[];
  /** Of the one painting. */
  readonly said: Partial<Work>;
  /** Of the gallery. */
  readonly out: string;
  /** The photo that thumbnails show, painted. */
  readonly sample: string;
  /** Networks whose statistics are measured; those of others stay. */
  readonly networks: readonly string[];
  /** False leaves those that are there as they are. */
  readonly thumbnails: boolean;
}

/** Paints `photo` in the style of `painting`. */
type Paint = (photo: Pixels, painting: Pixels) => Promise<Pixels>;

/**
 * Each painting is in the gallery as soon as it is done; one that is refused stops those behind it.
 * @throws ReverieError `usage`, `not-found`, `image-…`
 */
export async function addPaintings(
  { from, said, out, sample, networks, thumbnails }: Addition,
  tell: (line: string) => void,
  paint: Paint = paintWithEngine,
): Promise<void> {
  const files = await paintingsIn(from);
  if (files.length !== 1 && Object.keys(said).length > 0) {
    throw misuse(`--id, --work, --painter and --year tell of one painting; there are ${files.length}.`);
  }
  const known = await readGallery(out);
  const works = files.map((file) => ({ file, work: workOf(file, said, known) }));
  const ids = works.map(({ work }) => work.id);
  const twice = ids.find((each, i) => ids.indexOf(each) !== i);
  if (twice !== undefined) throw misuse(`Two of the paintings are called "${twice}".`);
  const bare = ids.find((each) => !thumbnails && !existsSync(path.join(out, thumbnailName(each))));
  if (bare !== undefined) throw misuse(`${bare} has no thumbnail yet: leave out --no-thumbnails.`);
  await mkdir(out, { recursive: true });
  for (const { file, work } of works) {
    const painting = await readImage(file);
    const statistics = await measure(painting, networks, out);
    if (thumbnails) {
      tell(`Painting the thumbnail of ${work.work} …`);
      await writeWhole(
        path.join(out, thumbnailName(work.id)),
        await shown(await paint(await readImage(sample), painting)),
      );
    }
    const others = known.find((preset) => preset.id === work.id)?.statistics ?? [];
    await putPreset(out, {
      ...work,
      aspect: Number((painting.width / painting.height).toFixed(4)),
      colour: meanColour(painting),
      thumbnail: thumbnailName(work.id),
      statistics: [...others.filter(({ network }) => !networks.includes(network)), ...statistics],
    });
    const bytes = statistics.reduce((sum, each) => sum + each.bytes, 0);
    tell(`${work.work}: ${statistics.flatMap(({ scales }) => scales).length} scales, ${(bytes / 1024).toFixed(0)} KiB`);
  }
}

async function paintingsIn(from: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const each of from) {
    const isFolder = (await stat(each).catch(() => null))?.isDirectory() ?? false;
    const named = isFolder ? (await readdir(each)).filter((name) => /--.+-\d{4}\.\w+$/.test(name)).sort() : [];
    if (isFolder && named.length === 0) {
      throw new ReverieError('not-found', `${each} holds no file named work--painter-year.jpg.`);
    }
    found.push(...(isFolder ? named.map((name) => path.join(each, name)) : [each]));
  }
  return found;
}

async function measure(painting: Pixels, networks: readonly string[], out: string) {
  const device = await openDevice({ backend: 'wasm' });
  const loading = { baseUrl: 'http://localhost', store: memoryShardStore(), fetch: localFetch(assets) };
  try {
    const found: StyleStatistics[] = [];
    for (const id of networks)
      found.push(...(await measurePainting(painting, await loadWeights({ ...loading, id }), out)));
    return found;
  } finally {
    device.dispose();
  }
}

/** Painted larger than shown. */
const paintedSize = 512;
const shownWidth = 360;

async function paintWithEngine(content: Pixels, painting: Pixels): Promise<Pixels> {
  const engine = await openEngine('wasm');
  try {
    const styles = [{ image: null }];
    const recipe = parseRecipe({ version: recipeVersion, technique: 'any', size: paintedSize, styles });
    return (await engine.run({ recipe, inputs: { content, styles: [painting] } }).result).pixels;
  } finally {
    await engine.dispose();
  }
}

const shown = ({ width, height, data }: Pixels): Promise<Buffer> =>
  sharp(data, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .resize(shownWidth)
    .webp({ quality: 78 })
    .toBuffer();

// A painting to its statistics: per layer and scale, as blobs named by their hash (shared/preset.ts).

/**
 * Long sides, an octave apart. The optimisation interpolates between them; one pass takes the nearest (how far that is off:
 * web/engine/techniques/any/README.md).
 */
const ladder = [128, 256, 512];

/** Never enlarged: the ladder as far as the painting goes, and the painting itself where it ends well above. */
function scalesOfPainting(longSide: number): number[] {
  const scales = ladder.filter((scale) => scale <= longSide);
  return longSide > 1.1 * (scales.at(-1) ?? 0) ? [...scales, longSide] : scales;
}

/** On the active backend; the blobs are written into `out`. */
async function measurePainting(
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
    const scales = scalesOfPainting(longSide);
    const { layers, blob } = await measureLayers(network, raster, scales);
    network.dispose();
    return [await entry(blob, { layers, scales })];
  }
  const network = AnyStyleNetwork.create(parameters);
  const entries: StyleStatistics[] = [];
  for (const scale of scalesOfPainting(longSide)) {
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
function meanColour({ data }: Pixels): string {
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
