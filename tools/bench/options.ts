/** The command line of the benchmark. */
import { parseArgs } from 'node:util';
import { ReverieError } from '../../shared/errors';

export interface BenchOptions {
  /** Names of rows, in their own order; null means all. */
  readonly only: readonly string[] | null;
  /** File for the numbers, or null. */
  readonly json: string | null;
  readonly help: boolean;
}

export const usage = (rows: readonly { name: string; title: string }[]): string => `Usage: npm run bench -- [options]

  --only <row>   only this row; may be repeated, or name several with commas between
  --json <file>  write all numbers and the description of this machine there

Rows:
${rows.map(({ name, title }) => `  ${name.padEnd(16)} ${title}`).join('\n')}

Every ratio compares two things measured alternately in the same run. The exit code is 1 when a target is missed.`;

/** @throws ReverieError `usage` */
export function parseOptions(argv: readonly string[], rowNames: readonly string[]): BenchOptions {
  const { values } = parse(argv);
  const only = values.only?.flatMap((names) => names.split(',').map((name) => name.trim())) ?? null;
  for (const name of only ?? []) {
    if (!rowNames.includes(name)) {
      throw new ReverieError('usage', `There is no row "${name}"; there are ${rowNames.join(', ')}.`);
    }
  }
  return { only, json: values.json ?? null, help: values.help ?? false };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        only: { type: 'string', multiple: true },
        json: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (cause) {
    throw new ReverieError('usage', ReverieError.from(cause).message, { cause });
  }
}
