/** Own styles, from their files. */
import { readFile } from 'node:fs/promises';
import { ReverieError } from '../../shared/errors';
import type { OwnStyle } from '../../web/engine/api';
import { decodeStyleFile, styleFileExtension } from '../../web/engine/train/styleFile';
import { splitWeight } from './inputs';

/**
 * Words of `--style` with files replaced by the ids of the styles in them; weights stay.
 * @throws ReverieError `not-found`; `training-file-invalid`
 */
export async function readStyleFiles(
  words: readonly string[],
): Promise<{ readonly words: readonly string[]; readonly own: readonly OwnStyle[] }> {
  const own: OwnStyle[] = [];
  const named: string[] = [];
  for (const word of words) {
    const [file, weight] = splitWeight(word);
    if (!file.toLowerCase().endsWith(styleFileExtension)) {
      named.push(word);
      continue;
    }
    const bytes = await readFile(file).catch((cause: unknown) => {
      throw new ReverieError('not-found', `There is no file ${file} (--style).`, { cause });
    });
    const style = await decodeStyleFile(bytes);
    own.push(style);
    named.push(weight === undefined ? style.id : `${style.id}:${weight}`);
  }
  return { words: named, own };
}
