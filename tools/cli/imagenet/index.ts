/**
 * The 1,000 classes of ImageNet's challenge (Russakovsky et al. 2015) by name, in the order in which every classifier
 * trained on it has them. `classes.txt`: a class a line, its synonyms with commas between, as in
 * @tensorflow-models/mobilenet 2.1.1 (Apache-2.0).
 */
import { readFileSync } from 'node:fs';
import { ReverieError } from '../../../shared/errors';

/** How many candidates an error names. */
const named = 8;

const classes = (): string[] =>
  readFileSync(new URL('classes.txt', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');

/**
 * @param word a class' number, one of its names, or a part of one that fits no other class; case does not matter.
 * @throws ReverieError `usage`, naming the classes that fit where several do.
 */
export function findClass(word: string): number {
  const lines = classes();
  const wanted = word.trim().toLowerCase();
  if (/^\d+$/.test(wanted) && Number(wanted) < lines.length) return Number(wanted);
  const numbered = lines.map((line, number) => ({ number, line, names: line.toLowerCase().split(', ') }));
  const whole = numbered.filter(({ names }) => names.includes(wanted));
  const found = whole.length > 0 ? whole : numbered.filter(({ names }) => names.some((name) => hasWords(name, wanted)));
  const [first, ...others] = found;
  if (first && others.length === 0) return first.number;
  if (!first) {
    throw new ReverieError('usage', `--class ${word}: ImageNet has no such class; give a name of one, or 0 to 999.`);
  }
  const some = found.slice(0, named).map(({ number, line }) => `${number} ${line.split(', ')[0]}`);
  const more = found.length > named ? `, and ${found.length - named} more` : '';
  throw new ReverieError('usage', `--class ${word} fits several: ${some.join(', ')}${more}. Give one of the numbers.`);
}

/** `owl` is in `great grey owl`, not in `bowl`. */
const hasWords = (name: string, wanted: string) => wanted !== '' && ` ${name} `.includes(` ${wanted} `);
