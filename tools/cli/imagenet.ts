/** ImageNet's classes by name on the command line. */
import { readFileSync } from 'node:fs';
import { ReverieError } from '../../shared/errors';
import { classesNamed, parseClasses } from '../../shared/imagenet';

/** How many candidates an error names. */
const named = 8;

/**
 * @param word a class' number, one of its names, or a part of one that fits no other class; case does not matter.
 * @throws ReverieError `usage`, naming the classes that fit where several do.
 */
export function findClass(word: string): number {
  const classes = readFileSync(new URL('../../shared/imagenet/classes.txt', import.meta.url), 'utf8');
  const found = classesNamed(word, parseClasses(classes));
  const [first, ...others] = found;
  if (first && others.length === 0) return first.number;
  if (!first) {
    throw new ReverieError('usage', `--class ${word}: ImageNet has no such class; give a name of one, or 0 to 999.`);
  }
  const some = found.slice(0, named).map(({ number, names }) => `${number} ${names[0]}`);
  const more = found.length > named ? `, and ${found.length - named} more` : '';
  throw new ReverieError('usage', `--class ${word} fits several: ${some.join(', ')}${more}. Give one of the numbers.`);
}
