/** Bytes of a share's film: a real run in Chromium on WASM, shared through the page as a person does it. */
import { limits } from '../../../shared/limits';
import { type RecipeInput, recipeVersion } from '../../../shared/recipe';
import { type PublicShare, sharePaths } from '../../../shared/share';
import { launch } from '../../../test/browser/support/chromium';
import type { Row, RowResult } from '../row';
import { formatNumber } from '../table';
import { pasteRecipe, untilPainted, withEdge } from '../wire/visit';

/** As large as a frame of a film is, and long enough for most of its frames: it shows itself every second or third step. */
const recipe: RecipeInput = {
  technique: 'style',
  version: recipeVersion,
  styles: [{ preset: 'starry-night' }],
  size: 256,
  schedule: { minSize: 256, firstSteps: 60, steps: 20 },
};

async function share(url: string): Promise<PublicShare> {
  const { page, close } = await launch();
  try {
    await page.goto(`${url}/?backend=wasm`, { waitUntil: 'load' });
    await page.getByTestId('sample').click();
    await page.getByTestId('photo-canvas').waitFor();
    await pasteRecipe(page, recipe);
    await page.getByTestId('paint').click();
    await untilPainted(page);
    await page.getByTestId('share').click();
    await page.getByTestId('share-submit').click();
    await page.getByTestId('share-done').waitFor();
    const link = (await page.getByTestId('share-link').getAttribute('href')) ?? '';
    const answer = await fetch(url + sharePaths.record(link.split('/').at(-1) ?? ''));
    return (await answer.json()) as PublicShare;
  } finally {
    await close();
  }
}

async function run(): Promise<RowResult> {
  const { film, result } = await withEdge(share);
  if (!film) throw new Error('The share has no film.');
  const { maxFrames, maxFilmBytes } = limits.share;
  const { bytes, type } = film.picture;
  const perFrame = bytes / film.frames;
  return {
    targets: [
      {
        name: `film of ${film.frames} frames`,
        value: bytes / 1024,
        sense: 'at most',
        bound: maxFilmBytes / 1024,
        unit: 'KiB',
      },
    ],
    tables: [
      {
        columns: ['film', 'frames', 'of pixels', 'type', 'bytes', 'bytes a frame'],
        rows: [
          [
            `${result.width} × ${result.height}, ${film.steps.at(-1)} steps`,
            String(film.frames),
            `${film.frameWidth} × ${film.frameHeight}`,
            type,
            String(bytes),
            formatNumber(perFrame),
          ],
        ],
      },
    ],
    notes: [
      `A film holds at most ${maxFrames} frames; how many it has depends on how often the run showed itself. Its quality is lowered until it fits: ${formatNumber(perFrame)} bytes a frame here.`,
    ],
    numbers: { film, result },
  };
}

export const film: Row = { name: 'film', title: 'bytes of a share’s film, from a real run', run };
