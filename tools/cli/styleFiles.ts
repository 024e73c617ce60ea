/** A painting's statistics out of its file (`.reverie-style`), and into one. */
import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { encodeStyle, readStyleText, styleText } from '../../shared/anyStyle/statistics';
import { ReverieError } from '../../shared/errors';
import { stylesOf } from '../../shared/recipe/about';
import type { RunRecord } from '../../web/engine/api';
import { decodePaintingFile, encodePaintingFile } from '../../web/engine/train/styleFile';
import { writeWhole } from '../files';

/**
 * As a recipe holds them, of the sizes in the file the nearest.
 * @throws ReverieError `training-file-invalid`, `style-invalid`
 */
export async function readStatistics(file: string, longSide: number): Promise<string> {
  const { sizes } = await decodePaintingFile(await readFile(file));
  const away = (each: { readonly longSide: number }) => Math.abs(Math.log(each.longSide / longSide));
  const [nearest] = sizes.toSorted((a, b) => away(a) - away(b));
  if (!nearest) throw new ReverieError('internal', `${file} holds no size.`);
  return styleText(encodeStyle(nearest));
}

/**
 * Keeps the style that a run was painted in, without the painting.
 * @throws ReverieError `usage` when there is not exactly one of one's own
 */
export async function writeStyle(file: string, { recipe }: RunRecord): Promise<void> {
  const own = stylesOf(recipe).flatMap((style) => ('statistics' in style ? [readStyleText(style.statistics)] : []));
  if (own.length !== 1) throw new ReverieError('usage', '--style-file takes the style of one painting of your own.');
  const name = basename(file, extname(file));
  await writeWhole(file, Buffer.from(await encodePaintingFile({ name, sizes: own, thumbnail: new Uint8Array() })));
}
