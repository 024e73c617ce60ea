/** The command line without the process: arguments in, exit code out. Every error ends here. */
import { ReverieError } from '../../shared/errors';
import { exitCodeOf, exitCodes } from './exit';
import { generalHelp, parseOptions, verbHelp } from './options';
import { runOnPhotos } from './photos';
import type { Context, Verb } from './verb';
import { verbs as shippedVerbs } from './verbs';

/**
 * @param args without the program's own name: `['style', '--content', …]`.
 * @returns the exit code; never throws for anything a person can cause.
 */
export async function main(
  args: readonly string[],
  context: Context,
  verbs: readonly Verb[] = shippedVerbs,
): Promise<number> {
  const tell = (cause: unknown): number => {
    const error = ReverieError.from(cause);
    // Something nobody foresaw is a bug, and its stack is worth more than a short message.
    const stack = error.code === 'internal' && cause instanceof Error ? `\n${cause.stack ?? ''}` : '';
    context.stderr.write(`reverie: ${error.message} [${error.code}]${stack}\n`);
    if (args.includes('--json')) context.stdout.write(`${JSON.stringify({ error: error.toRecord() })}\n`);
    return exitCodeOf(error.code);
  };
  try {
    const [name, ...rest] = args;
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      const [asked] = rest;
      const verb = name === 'help' && asked !== undefined ? findVerb(asked, verbs) : undefined;
      const text = verb ? verbHelp(verb) : generalHelp(verbs);
      (name === undefined ? context.stderr : context.stdout).write(text);
      return name === undefined ? exitCodes.usage : exitCodes.ok;
    }
    const verb = findVerb(name, verbs);
    // Help wins over whatever else is wrong with the line.
    if (rest.includes('--help')) {
      context.stdout.write(verbHelp(verb));
      return exitCodes.ok;
    }
    return await runOnPhotos(verb, parseOptions(verb, rest), context, tell);
  } catch (cause) {
    return tell(cause);
  }
}

function findVerb(name: string, verbs: readonly Verb[]): Verb {
  const verb = verbs.find((candidate) => candidate.name === name);
  if (verb) return verb;
  const known = verbs.map((candidate) => candidate.name).join(', ');
  throw new ReverieError('usage', `There is no verb "${name}". There is: ${known}. See: reverie --help`);
}
