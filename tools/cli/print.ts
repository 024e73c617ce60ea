/** `--print`: what was made, painted once more as large as paper wants it, and written as it comes. */
import { ReverieError } from '../../shared/errors';
import { limits } from '../../shared/limits';
import { printedRecipe } from '../../shared/recipe/printed';
import type { Engine, Progress, RunRequest, RunResult } from '../../web/engine/api';
import { PngWriter } from '../../web/engine/images/files/pngWriter';
import { type Paper, papers, printSize } from '../../web/page/output/paper';
import { printed } from '../../web/page/output/printed';
import { misuse } from '../commandLine';
import { stdio, writeWhole } from '../files';

export interface PrintFlags {
  /** A paper, or the picture's long side in millimetres. */
  readonly paper: Paper | number;
  readonly dpi: number;
}

export const printHelp = `also paint it as large as paper wants it, into a PNG at OUT: ${Object.keys(papers).join(', ')}, or its long side in millimetres; ${limits.print.maxSide} pixels at most`;
export const defaultDpi = 200;

/** @throws ReverieError `usage` */
export function printFlags(paper: string, dpi: number, out: string): PrintFlags {
  const { minDpi, maxDpi } = limits.print;
  if (!(dpi >= minDpi && dpi <= maxDpi)) throw misuse(`--dpi takes ${minDpi} to ${maxDpi}, not ${dpi}.`);
  if (out === stdio || !/\.png$/i.test(out)) throw misuse(`A print is a PNG: name one with --out, not ${out}.`);
  const name = paper.toLowerCase();
  if (name in papers) return { paper: name as Paper, dpi };
  const millimetres = Number(paper);
  if (millimetres >= 10 && millimetres <= 5000) return { paper: millimetres, dpi };
  throw misuse(`--print takes ${Object.keys(papers).join(', ')} or 10 to 5000 millimetres, not "${paper}".`);
}

/** @throws ReverieError `usage` for what has no prints; `aborted`, with nothing written */
export async function writePrint(
  engine: Engine,
  { paper, dpi }: PrintFlags,
  { recipe: asked, inputs }: Pick<RunRequest, 'recipe' | 'inputs'>,
  { pixels }: RunResult,
  out: string,
  listener: { onJob(job: { cancel(): void }): void; onProgress(progress: Progress): void },
): Promise<void> {
  const { content } = inputs;
  const size = printSize(pixels, paper, dpi);
  const recipe = printedRecipe(asked, Math.max(pixels.width, pixels.height), size.width / pixels.width);
  if (!recipe || !content) {
    throw new ReverieError(
      'usage',
      `${asked.technique} makes no print of this: films, and dreams at one place of the picture, have none.`,
    );
  }
  const png = new PngWriter({ ...size, dpi });
  const job = engine.run(
    { recipe, inputs: { ...inputs, print: { ...size, photo: content, base: pixels } } },
    {
      onBand: (band) => png.write(band),
      onProgress: (progress) => listener.onProgress(progress),
    },
  );
  listener.onJob(job);
  await printed(job, png, writeWhole(out, png.readable));
}
