/** The command line of the benchmark. */
import { Command } from '@commander-js/extra-typings';
import { collect, misuse } from '../commandLine';
import type { Row } from './report';

interface BenchOptions {
  /** Names of rows, in their own order; null means all. */
  readonly only: readonly string[] | null;
  /** File for the numbers, or null. */
  readonly json: string | null;
}

export const benchCommand = (
  rows: readonly Pick<Row, 'name' | 'title'>[],
  measure: (options: BenchOptions) => void | Promise<void>,
) =>
  new Command('bench')
    .description(
      'Measures what Reverie promises, as ratios of things that take turns in one run. Exit code 1: a target is missed.',
    )
    .option('--only <ROW>', 'only this row; may be repeated, or name several with commas between', collect)
    .option('--json <FILE>', 'write all numbers and the description of this machine there')
    .addHelpText('after', `\nRows:\n${rows.map(({ name, title }) => `  ${name.padEnd(16)} ${title}`).join('\n')}`)
    .action(({ only, json }) => {
      const names = only?.flatMap((word) => word.split(',').map((name) => name.trim())) ?? null;
      const unknown = names?.find((name) => !rows.some((row) => row.name === name));
      if (unknown === undefined) return measure({ only: names, json: json ?? null });
      throw misuse(`There is no row "${unknown}"; there are ${rows.map(({ name }) => name).join(', ')}.`);
    });
