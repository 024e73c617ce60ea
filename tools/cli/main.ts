/** The command line without the process: arguments in, exit code out. */
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { version } from '../../package.json';
import { ReverieError } from '../../shared/errors';
import { type TechniqueName, techniques } from '../../shared/techniques';
import { exitCodes, run, tellError } from '../commandLine';
import type { Context } from './context';
import { networksCommand } from './networks';
import { paintCommand } from './paint';
import { recordCommand } from './record';

/**
 * @param args without the program's own name: `['style', '--content', …]`.
 * @param more verbs, of tests
 * @returns the exit code; never throws for anything a person can cause.
 */
export async function main(
  args: readonly string[],
  context: Context,
  more: readonly CommandUnknownOpts[] = [],
): Promise<number> {
  const asJson = (cause: unknown) => {
    const error = ReverieError.from(cause).toRecord();
    if (args.includes('--json')) context.stdout.write(`${JSON.stringify({ error })}\n`);
  };
  const tell = (cause: unknown): number => {
    asJson(cause);
    return tellError('reverie', cause, context);
  };
  let painted: number = exitCodes.ok;
  const finish = (code: number) => {
    painted = code;
  };
  const names = Object.keys(techniques) as TechniqueName[];
  const program = new Command('reverie')
    .usage('<verb> [options]')
    .version(version, '--version', 'say which version this is')
    .description('Neural image synthesis on this machine: npm run -s reverie -- <verb> [options]');
  const verbs = [
    ...names.map((name) => paintCommand(name, context, finish, tell)),
    recordCommand(context),
    networksCommand(context),
  ];
  for (const verb of [...verbs, ...more]) program.addCommand(verb as Command);
  return (await run(program, args, context, asJson)) || painted;
}
