/** Flags: from a verb's table to values, and to the text of `--help`. */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ReverieError } from '../../shared/errors';
import type { OptionSpec, OptionValues, Verb } from './verb';

/** Flags that every verb has. */
export const commonOptions = {
  json: {
    type: 'boolean',
    help: 'print what came of it (the record of a run, or the list), or the error, as one JSON document on stdout',
  },
  quiet: { type: 'boolean', help: 'no progress and no notes on stderr, only errors' },
  help: { type: 'boolean', help: 'show this' },
} as const satisfies Record<string, OptionSpec>;

const allOptions = (verb: Verb): Readonly<Record<string, OptionSpec>> => ({ ...verb.options, ...commonOptions });

/**
 * @throws ReverieError `usage` for an unknown flag, a flag without its value, or a stray word.
 */
export function parseOptions(verb: Verb, args: readonly string[]): OptionValues {
  const options = Object.fromEntries(
    Object.entries(allOptions(verb)).map(([name, { type, multiple = false }]) => [name, { type, multiple }]),
  );
  const takesPhotos = verb.options.content?.multiple === true;
  try {
    const { values, tokens, positionals } = parseArgs({
      args: withNegatives(args, options),
      options,
      strict: true,
      allowPositionals: verb.positional !== undefined || takesPhotos,
      tokens: true,
    });
    const seen = new Set<string>();
    for (const token of tokens) {
      if (token.kind !== 'option') continue;
      // parseArgs would silently let the last one win.
      if (seen.has(token.name) && !options[token.name]?.multiple) {
        throw new ReverieError('usage', `--${token.name} was given twice. See: reverie ${verb.name} --help`);
      }
      seen.add(token.name);
    }
    if (takesPhotos) return { ...values, ...photosAmong(verb, values.content, positionals) };
    if (positionals.length > 1) {
      throw new ReverieError('usage', `One ${verb.positional} at a time. See: reverie ${verb.name} --help`);
    }
    return { ...values, positional: positionals[0] };
  } catch (cause) {
    if (cause instanceof ReverieError) throw cause;
    // Node's messages end in hints about its own API after the first sentence.
    const [message = ''] = ReverieError.from(cause).message.split(/\. |\n/);
    throw new ReverieError('usage', `${message.replace(/\.$/, '')}. See: reverie ${verb.name} --help`, { cause });
  }
}

/** `--seed -1` as `--seed=-1`, which parseArgs asks for. */
function withNegatives(args: readonly string[], options: Readonly<Record<string, { type: string }>>): string[] {
  const joined: string[] = [];
  for (const word of args) {
    const before = joined.at(-1) ?? '';
    if (/^-[\d.]/.test(word) && options[before.slice(2)]?.type === 'string')
      joined[joined.length - 1] = `${before}=${word}`;
    else joined.push(word);
  }
  return joined;
}

/** Words beside flags are photos: a shell makes them of `--content *.jpg`. @throws ReverieError `usage` for others */
function photosAmong(verb: Verb, content: OptionValues[string], words: readonly string[]): { content?: string[] } {
  const stray = words.find((word) => content === undefined || !existsSync(word));
  if (stray !== undefined)
    throw new ReverieError('usage', `Unexpected argument '${stray}'. See: reverie ${verb.name} --help`);
  return content === undefined ? {} : { content: [...[content].flat().map(String), ...words] };
}

/** One flag's value. @throws ReverieError `usage` when it is missing. */
export function required(values: OptionValues, name: string, verb: Verb): string {
  const value = values[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new ReverieError('usage', `--${name} is missing. See: reverie ${verb.name} --help`);
}

/** A flag's value as a number, or undefined when it was not given; its bounds are the schema's business. */
export function numberOption(values: OptionValues, name: string): number | undefined {
  const value = values[name];
  if (value === undefined) return undefined;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  if (!Number.isFinite(number)) throw new ReverieError('usage', `--${name} takes a number, not "${String(value)}".`);
  return number;
}

/** The text of `reverie <verb> --help`. */
export function verbHelp(verb: Verb): string {
  const rows = Object.entries(allOptions(verb)).map(([name, option]) => {
    const fallback = option.default === undefined ? '' : ` (default ${option.default})`;
    return [`  --${name}${option.value ? ` ${option.value}` : ''}`, `${option.help}${fallback}`] as const;
  });
  const width = Math.max(...rows.map(([flag]) => flag.length)) + 2;
  return [
    verb.summary,
    '',
    `Usage: reverie ${verb.name} ${verb.usage}`,
    '',
    ...rows.map(([flag, help]) => flag.padEnd(width) + help),
    '',
  ].join('\n');
}

/** The text of `reverie --help`. */
export function generalHelp(verbs: readonly Verb[]): string {
  const width = Math.max(...verbs.map(({ name }) => name.length)) + 2;
  return [
    'Neural image synthesis on this machine.',
    '',
    'Usage: npm run -s reverie -- <verb> [options]',
    '',
    ...verbs.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`),
    '',
    'reverie <verb> --help shows the options of a verb.',
    '',
  ].join('\n');
}
