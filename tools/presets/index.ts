/**
 * `npm run presets -- --paintings <folder> [--out web/public/presets] [--sample photo.jpg] [--no-thumbnails]`
 *
 * Reduces every painting `work--painter-year.jpg` of a folder to the statistics that style transfer needs, and paints
 * one picture with each as its thumbnail. The paintings themselves stay where they are.
 */
import { readdirSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ReverieError } from '../../shared/errors';
import type { Preset, PresetIndex } from '../../shared/preset';
import { openDevice } from '../../web/engine/device';
import { architectureOf } from '../../web/engine/network/architectures';
import { Network } from '../../web/engine/network/network';
import { loadWeights, memoryShardStore } from '../../web/engine/weights';
import { readImage } from '../images';
import { localFetch } from '../weights/localFetch';
import { meanColour, measurePainting } from './measure';
import { paintThumbnail, thumbnailName } from './thumbnail';
import { type Work, workOf } from './works';

const { values } = parseArgs({
  options: {
    paintings: { type: 'string' },
    out: { type: 'string', default: 'web/public/presets' },
    sample: { type: 'string', default: 'web/public/sample.jpg' },
    network: { type: 'string', default: 'reverie-vgg' },
    'no-thumbnails': { type: 'boolean', default: false },
  },
});

async function measureAll(paintings: string, out: string): Promise<Preset[]> {
  const device = await openDevice({ backend: 'wasm' });
  const loading = { baseUrl: 'http://localhost', store: memoryShardStore(), fetch: localFetch('web/public') };
  const { manifest, parameters } = await loadWeights({ ...loading, id: values.network });
  const network = Network.create(architectureOf(manifest.architecture), parameters);
  const presets: Preset[] = [];
  for (const { file, work } of worksIn(paintings)) {
    const painting = await readImage(path.join(paintings, file));
    const statistics = await measurePainting(painting, network, manifest, out);
    const thumbnail = thumbnailName(work.id);
    presets.push({
      ...work,
      ...{ aspect: Number((painting.width / painting.height).toFixed(4)), colour: meanColour(painting), thumbnail },
      statistics: [statistics],
    });
    console.error(`${work.work}: ${statistics.scales.length} scales, ${(statistics.bytes / 1024).toFixed(0)} KiB`);
  }
  network.dispose();
  device.dispose();
  return presets;
}

function worksIn(folder: string): { file: string; work: Work }[] {
  const works = readdirSync(folder).flatMap((file) => {
    const work = workOf(file);
    return work ? [{ file, work }] : [];
  });
  if (works.length === 0) {
    throw new ReverieError('not-found', `${folder} holds no file named work--painter-year.jpg.`);
  }
  return works.sort((a, b) => a.work.year - b.work.year);
}

/** Blobs that no preset names any more. */
async function sweep(out: string, presets: readonly Preset[]): Promise<void> {
  const kept = new Set(presets.flatMap(({ statistics }) => statistics.map(({ sha256 }) => `${sha256}.bin`)));
  for (const file of readdirSync(out)) {
    if (file.endsWith('.bin') && !kept.has(file)) await rm(path.join(out, file));
  }
}

async function main(): Promise<void> {
  if (!values.paintings) throw new ReverieError('usage', 'Say where the paintings are: --paintings <folder>.');
  const { out, paintings } = values;
  await mkdir(out, { recursive: true });
  const presets = await measureAll(paintings, out);
  // Before the index, which must not name a thumbnail that is not there.
  for (const { file, work } of values['no-thumbnails'] ? [] : worksIn(paintings)) {
    const painting = await readImage(path.join(paintings, file));
    await paintThumbnail(painting, values.sample, path.join(out, thumbnailName(work.id)));
    console.error(`Painted ${work.work}.`);
  }
  const index: PresetIndex = { format: 'reverie-presets/1', presets };
  const target = path.join(out, 'index.json');
  await writeFile(`${target}.part`, `${JSON.stringify(index, null, 1)}\n`);
  await rename(`${target}.part`, target);
  await sweep(out, presets);
  console.error(`Wrote ${presets.length} presets to ${target}.`);
}

await main().catch((cause: unknown) => {
  const { code, message } = ReverieError.from(cause);
  console.error(`presets: ${message} [${code}]`);
  process.exitCode = 1;
});
