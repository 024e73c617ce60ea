/** How much a painted video flickers, held steady and painted frame by frame: a photo that is panned under a camera's noise. */
import path from 'node:path';
import { parseRecipe } from '../../../shared/recipe';
import type { RecipeInput } from '../../../shared/techniques';
import { randomGenerator } from '../../../web/engine/images/random';
import { Steady } from '../../../web/engine/images/steady';
import type { Pixels } from '../../../web/engine/types';
import { openEngine } from '../../cli/engine';
import { assets } from '../../files';
import { readPhoto } from '../../images';
import { formatNumber, type Row, target } from '../report';

const size = { width: 256, height: 160 };
const count = 8;
/** Pixels between two frames. */
const [panX, panY] = [3, 1];
/** Levels, either way. */
const noise = 4;
const recipes = [
  { technique: 'fast', version: 2, styles: [{ style: 'starry-night' }], size: size.width },
  { technique: 'any', version: 2, styles: [{ preset: 'starry-night' }], size: size.width },
] as const satisfies readonly RecipeInput[];

function framesOf({ width, data }: Pixels): Pixels[] {
  const random = randomGenerator(1);
  return Array.from({ length: count }, (_, i) => {
    const frame = new Uint8ClampedArray(4 * size.width * size.height);
    for (let y = 0; y < size.height; y++)
      for (let x = 0; x < size.width; x++)
        for (let c = 0; c < 4; c++) {
          const level = data[4 * ((y + 40 + i * panY) * width + x + 40 + i * panX) + c] ?? 0;
          frame[4 * (y * size.width + x) + c] = c === 3 ? 255 : level + noise * (2 * random() - 1);
        }
    return { ...size, data: frame };
  });
}

/** Mean difference of successive frames, the pan undone; levels of 255. */
function flicker(frames: readonly Pixels[]): number {
  let [sum, terms] = [0, 0];
  for (const [i, now] of frames.entries()) {
    const before = frames[i - 1];
    if (!before) continue;
    for (let y = 0; y < size.height - panY; y++)
      for (let x = 0; x < size.width - panX; x++)
        for (let c = 0; c < 3; c++, terms++) {
          const was = before.data[4 * ((y + panY) * size.width + x + panX) + c] ?? 0;
          sum += Math.abs((now.data[4 * (y * size.width + x) + c] ?? 0) - was);
        }
  }
  return sum / terms;
}

export const flickerRow: Row = {
  name: 'flicker',
  title: 'flicker of a painted video, held steady and painted frame by frame',
  async run() {
    const frames = framesOf(await readPhoto(path.join(assets, 'sample.jpg')));
    const engine = await openEngine('wasm');
    const measured: { readonly technique: string; readonly alone: number; readonly steadied: number }[] = [];
    try {
      for (const wanted of recipes) {
        const recipe = parseRecipe(wanted);
        const { technique } = recipe;
        const painted: Pixels[] = [];
        for (const content of frames) {
          const inputs = { content: { ...size, data: new Uint8ClampedArray(content.data) }, styles: [] };
          painted.push((await engine.run({ recipe, inputs }).result).pixels);
        }
        const steady = new Steady();
        const steadied = painted.map((each, i) => steady.next(frames[i] ?? each, each));
        measured.push({ technique, alone: flicker(painted), steadied: flicker(steadied) });
      }
    } finally {
      await engine.dispose();
    }
    return {
      targets: measured.map(({ technique, alone, steadied }) =>
        target(`${technique}, share of frame by frame`, steadied / alone, 'at most', 0.5, '×'),
      ),
      tables: [
        {
          columns: ['technique', 'frame by frame', 'held steady'],
          rows: measured.map(({ technique, alone, steadied }) => [
            technique,
            `${formatNumber(alone)} levels`,
            `${formatNumber(steadied)} levels`,
          ]),
        },
      ],
      notes: [
        `${count} frames of ${size.width}×${size.height}, each ${panX} px to the right of the one before and ${panY} px below, with noise of ±${noise} levels; the photo itself differs by ${formatNumber(flicker(frames))} levels.`,
        'Mean difference of successive frames, the pan undone.',
      ],
      numbers: { measured },
    };
  },
};
