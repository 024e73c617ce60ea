/**
 * Nothing outside a technique's own folders asks for its name: what differs between techniques stands in their traits and
 * fields. `npm run check` refuses a comparison, a `case`, a test by name or a table with an entry for each.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../setup/process.mjs';

export interface Place {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
}

/** A technique's folders, in `shared/`, in the engine and where a page has views of its own for it. */
const isTechniqueFolder = (file: string) => /(^|\/)techniques\//.test(file);

/** Lines that ask for one of these names, whatever quotes they use. */
export function placesIn(source: string, names: readonly string[]): Omit<Place, 'file'>[] {
  const name = `['"\`](?:${names.join('|')})['"\`]`;
  const asks = new RegExp(
    [
      // technique === 'name', 'name' !== recipe.technique
      `technique\\b[^\\n=!]{0,30}[!=]==?\\s*${name}`,
      `${name}\\s*[!=]==?\\s*[\\w.?]*technique\\b`,
      `\\bcase\\s+${name}\\s*:`,
      `\\bisRecipeOf\\(\\s*${name}`,
      // ['one', 'other'].includes(recipe.technique)
      `${name}\\s*\\]\\.includes\\([\\w.?]*technique\\b`,
      // A table with an entry for each
      '\\bRecord<TechniqueName,',
    ].join('|'),
  );
  return source.split('\n').flatMap((text, i) => (asks.test(text) ? [{ line: i + 1, text: text.trim() }] : []));
}

/** Over the whole checkout, tests left out. */
export function techniqueNamePlaces(): Place[] {
  const names = readdirSync(path.join(root, 'shared/techniques'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  return execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => /\.(ts|tsx|mjs)$/.test(file) && !file.startsWith('test/') && !isTechniqueFolder(file))
    .flatMap((file) =>
      placesIn(readFileSync(path.join(root, file), 'utf8'), names).map((place) => ({ file, ...place })),
    );
}
