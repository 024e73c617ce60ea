/** How long views take that a reader waits for, on WASM with the embedded network at 224 px. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { parseRecipe } from '../../../shared/recipe';
import { recipeVersion } from '../../../shared/recipe/version';
import type { Pixels } from '../../../web/engine/api';
import { openEngine } from '../../cli/engine';
import { assets } from '../../files';
import { readPhoto } from '../../images';
import { formatMs, type Row, target } from '../report';

const size = 224;

interface Case {
  readonly name: string;
  readonly fields: object;
  /** Photos beside the sample; and whether the sample is to be taken for another. */
  readonly photos?: number;
  readonly guide?: true;
  readonly seconds: number;
}

const cases: readonly Case[] = [
  { name: 'Grad-CAM', fields: { view: 'gradcam', layer: 'relu5_1', channel: 5 }, seconds: 0.25 },
  { name: 'occlusion, 16 × 12 squares', fields: { view: 'occlusion', channel: 20 }, seconds: 4 },
  { name: 'fooling by features', fields: { view: 'fooling', layer: 'relu5_1', guide: null }, guide: true, seconds: 3 },
  { name: 'patches of 12 channels, 50 photos', fields: { view: 'patches' }, photos: 49, seconds: 10 },
  // 51 × 38 positions: as many as fit below 2,000.
  { name: 't-SNE of 1,938 patches', fields: { view: 'map', layer: 'relu3_1', size: 204, steps: 400 }, seconds: 20 },
];

/** No two of them alike. */
async function picturesOf(folders: readonly string[]): Promise<Pixels[]> {
  const lists = await Promise.all(folders.map((folder) => readdir(path.join(assets, folder))));
  const files = lists.flatMap((list, i) => list.map((file) => path.join(assets, folders[i] ?? '', file)));
  return Promise.all(files.filter((file) => file.endsWith('.webp')).map((file) => readPhoto(file)));
}

export const views: Row = {
  name: 'views',
  title: `views a reader waits for, embedded network, WASM, ${size} px`,
  async run(progress) {
    const sample = await readPhoto(path.join(assets, 'sample.jpg'));
    const other = await readPhoto(path.join(assets, 'presets/starry-night.webp'));
    const engine = await openEngine('wasm');
    const taken: { name: string; seconds: number; wallMs: number; steps: number }[] = [];
    try {
      // What every first run has to do is not the view's.
      const warm = parseRecipe({ technique: 'see', version: recipeVersion, size, layer: 'relu5_1' });
      await engine.run({ recipe: warm, inputs: { content: sample } }).result;
      const pictures = await picturesOf(['presets', 'figures']);
      for (const { name, fields, photos = 0, guide } of cases) {
        progress(name);
        if (photos > pictures.length) throw new RangeError(`There are ${pictures.length} pictures, not ${photos}.`);
        const many = pictures.slice(0, photos);
        const recipe = parseRecipe({
          technique: 'see',
          version: recipeVersion,
          size,
          ...fields,
          ...(photos > 0 && { photos: many.map(() => null) }),
        });
        const [cpu, clock] = [process.cpuUsage(), performance.now()];
        const inputs = { content: sample, photos: many, ...(guide && { guide: other }) };
        const { record } = await engine.run({ recipe, inputs }).result;
        const { user, system } = process.cpuUsage(cpu);
        taken.push({ name, seconds: (user + system) / 1e6, wallMs: performance.now() - clock, steps: record.steps });
      }
    } finally {
      await engine.dispose();
    }
    return {
      targets: cases.map(({ name, seconds }, i) =>
        target(name, taken[i]?.seconds ?? Number.NaN, 'at most', seconds, 's'),
      ),
      tables: [
        {
          columns: ['view', 'processor time', 'by the clock', 'steps'],
          rows: taken.map(({ name, seconds, wallMs, steps }) => [
            ...[name, formatMs(1000 * seconds), formatMs(wallMs), String(steps)],
          ]),
        },
      ],
      notes: ['Judged by processor time of this process, as a busy machine makes the clock say what it likes.'],
      numbers: taken,
    };
  },
};
