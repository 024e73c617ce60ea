/** The command line of the benchmark. */
import { Command } from '@commander-js/extra-typings';
import { collect, misuse } from '../commandLine';
import type { Row } from './report';

interface BenchOptions {
  /** Names of rows, in their own order; null means all. */
  readonly only: readonly string[] | null;
  /** File for the numbers, or null. */
  readonly json: string | null;
  /** Instead of measuring here: writes what measures a GPU elsewhere. */
  readonly pack: string | null;
  /** Instead of measuring: prints what a pack has measured. */
  readonly read: string | null;
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
    .option('--pack <FILE>', 'write an archive there that measures a GPU without a network (Linux x86-64, Vulkan)')
    .option('--read <FILE>', 'print what a pack has measured')
    .addHelpText('after', `\nRows:\n${rows.map(({ name, title }) => `  ${name.padEnd(16)} ${title}`).join('\n')}`)
    .action(({ only, json, pack, read }) => {
      if ([pack, read, only ?? json].filter((asked) => asked !== undefined).length > 1)
        throw misuse('--pack and --read stand alone: they measure nothing here.');
      const names = only?.flatMap((word) => word.split(',').map((name) => name.trim())) ?? null;
      const unknown = names?.find((name) => !rows.some((row) => row.name === name));
      if (unknown === undefined)
        return measure({ only: names, json: json ?? null, pack: pack ?? null, read: read ?? null });
      throw misuse(`There is no row "${unknown}"; there are ${rows.map(({ name }) => name).join(', ')}.`);
    });
