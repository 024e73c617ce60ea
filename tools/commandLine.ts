/**
 * The command line of every tool, on commander: what is asked of all of them. Nothing is guessed: unknown flags, flags
 * given twice or without their value, and stray words are errors. Every error has a code and says what to do; help
 * names every default. A tool declares a `Command` and hands it to `runProcess`.
 */
import { availableParallelism } from 'node:os';
import { CommanderError, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { type ErrorCode, ReverieError } from '../shared/errors';
import { type BackendName, backendNames } from '../web/engine/api';

/** As shells know them; 128 + the signal's number is what a shell reports for a program that a signal ended. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  interrupted: 130,
  SIGINT: 130,
  SIGTERM: 143,
  SIGHUP: 129,
} as const;

export function exitCodeOf(code: ErrorCode): number {
  if (code === 'usage') return exitCodes.usage;
  return code === 'aborted' ? exitCodes.interrupted : exitCodes.failed;
}

export const misuse = (message: string, cause?: unknown) => new ReverieError('usage', message, { cause });

/** Where text goes; a subset of `process.stdout`, so that tests can listen. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface Outputs {
  readonly stdout: Output;
  readonly stderr: Output;
}

/** A flag that takes a number; its bounds are the business of whoever takes it. */
export const numberFlag = <Name extends string>(name: Name, help: string) =>
  new Option(`--${name} <N>`, help).argParser((text: string): number => toNumber(name, text));

/** A flag that takes a whole number of at least 1. */
export const countFlag = <Name extends string>(name: Name, help: string) =>
  new Option(`--${name} <N>`, help).argParser((text: string): number => {
    const value = toNumber(name, text);
    if (Number.isInteger(value) && value > 0) return value;
    throw misuse(`--${name} takes a whole number above 0, not "${text}".`);
  });

/** @throws ReverieError `usage` */
export function toNumber(name: string, text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw misuse(`--${name} takes a number, not "${text}".`);
}

/** For a flag that may be given several times. */
export const collect = (value: string, before?: string[]): string[] => [...(before ?? []), value];

/** A flag for one of a few words. */
export const choiceFlag = <Name extends string, const Words extends readonly string[]>(
  name: Name,
  words: Words,
  help: string,
) =>
  new Option(`--${name} <${words.join('|')}>` as `--${Name} <word>`, help).argParser((text: string): Words[number] => {
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    throw misuse(`--${name} is one of ${words.join(', ')}, not "${text}".`);
  });

export const backendFlag = () =>
  choiceFlag('backend', backendNames, 'where to compute; webgpu needs a Vulkan driver').default<BackendName>('wasm');

/** Of one computation: the picture is the same with any number of them. */
export const threadsFlag = () =>
  countFlag('threads', 'processor cores that wasm computes on; the picture is the same, bit for bit').default(
    availableParallelism(),
  );

/** Without the fields that are undefined, so that they do not override. */
export function given<T extends Record<string, unknown>>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}

/** How a person starts it: `reverie style`, `npm run train -- style`. */
function pathOf(command: CommandUnknownOpts): string {
  const names: string[] = [];
  for (let at: CommandUnknownOpts | null = command; at; at = at.parent) names.unshift(at.name());
  const [root = '', ...rest] = names;
  return [root === 'reverie' ? root : `npm run ${root} --`, ...rest].join(' ');
}

/**
 * Parses the line and does what it says.
 * @param args without the program's own name
 * @returns the exit code: of what was done, or of help.
 * @throws ReverieError `usage`, and whatever the command throws.
 */
export async function parse(program: CommandUnknownOpts, args: readonly string[], out: Outputs): Promise<number> {
  const prepare = (command: CommandUnknownOpts) => {
    command
      .helpCommand(false)
      .helpOption('--help', 'show this')
      .allowExcessArguments(true)
      .hook('preAction', (_, called) => refuseStray(called))
      .exitOverride((error) => {
        throw error.exitCode === 0 || error.code === 'commander.help' ? error : refusal(error, command);
      })
      .configureOutput({
        writeOut: (text) => out.stdout.write(text),
        writeErr: (text) => out.stderr.write(text),
        outputError: () => {},
        getOutHelpWidth: () => out.stdout.columns ?? unwrapped,
        getErrHelpWidth: () => out.stderr.columns ?? unwrapped,
      })
      .configureHelp({
        commandUsage: (of) => `${pathOf(of)} ${of.usage()}`,
        subcommandTerm: (of) => of.name(),
        optionTerm: ({ flags }) => flags.replaceAll(/[<>]/g, ''),
        optionDescription: ({ description, defaultValue, defaultValueDescription }) => {
          const fallback = defaultValueDescription ?? (typeof defaultValue === 'boolean' ? undefined : defaultValue);
          return `${description}${fallback === undefined ? '' : ` (default ${fallback})`}`;
        },
      });
    for (const option of command.options) watch(command, option);
    command.commands.forEach(prepare);
  };
  prepare(program);
  try {
    await program.parseAsync(helpFirst(program, args), { from: 'user' });
    return exitCodes.ok;
  } catch (cause) {
    // Help is no error, but where nothing was said it is shown instead of one.
    if (cause instanceof CommanderError) return cause.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    throw cause;
  }
}

/** Where there is no terminal, one line a flag. */
const unwrapped = 1000;

/** Help wins over whatever else is wrong with the line; `help style` is `style --help`. */
function helpFirst(program: CommandUnknownOpts, args: readonly string[]): string[] {
  if (args[0] !== 'help' && !args.includes('--help') && !args.includes('-h')) return [...args];
  const words = args[0] === 'help' ? args.slice(1) : args;
  const path: string[] = [];
  let at = program;
  for (const word of words) {
    const next = at.commands.find((command) => command.name() === word);
    // A verb that there is not is refused.
    if (!next) return at.commands.length > 0 && !word.startsWith('-') ? [...path, word] : [...path, '--help'];
    path.push(word);
    at = next;
  }
  return [...path, '--help'];
}

const refused = (command: CommandUnknownOpts, message: string, cause?: unknown) =>
  misuse(`${message} See: ${pathOf(command)} --help`, cause);

/** What commander lets pass: a flag given twice, of which the last would win, and a flag as another one's value. */
function watch(command: CommandUnknownOpts, option: Option): void {
  let seen = false;
  command.on(`option:${option.name()}`, (value: string | null) => {
    if (typeof value === 'string' && command.options.some(({ long }) => long === value.split('=')[0])) {
      throw refused(command, `Option '${option.flags}' argument missing.`);
    }
    if (seen && option.parseArg !== (collect as unknown)) throw refused(command, `${option.long} was given twice.`);
    seen = true;
  });
}

function refuseStray(command: CommandUnknownOpts): void {
  const known = command.registeredArguments;
  const stray = known.at(-1)?.variadic ? undefined : command.args[known.length];
  if (stray !== undefined) throw refused(command, `Unexpected argument '${stray}'.`);
}

/** commander's own errors in our words: its code says what is wrong, the command with what. */
function refusal(error: CommanderError, command: CommandUnknownOpts): ReverieError {
  const said = () => {
    switch (error.code) {
      case 'commander.unknownCommand':
        return `There is no verb "${command.args[0]}". There is: ${command.commands.map((each) => each.name()).join(', ')}.`;
      case 'commander.missingMandatoryOptionValue': {
        // commander looks for unknown flags last, and one of them may be what was meant.
        const unknown = command.args.find((word) => word.startsWith('--'));
        const missing = command.options.find(
          (option) => option.mandatory && command.getOptionValue(option.attributeName()) === undefined,
        );
        return unknown ? `Unknown option '${unknown}'.` : `${missing?.long} is missing.`;
      }
      case 'commander.missingArgument':
        return `${command.registeredArguments[command.args.length]?.name()} is missing.`;
      default: {
        const text = error.message.replace('error: ', '').replace(/\n\((.*)\)$/, '. $1');
        return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?]$/.test(text) ? '' : '.'}`;
      }
    }
  };
  return refused(command, said(), error);
}

/**
 * The command line without the process: arguments in, exit code out. Every error ends here.
 * @returns the exit code; never throws for anything a person can cause.
 */
export async function run(
  program: CommandUnknownOpts,
  args: readonly string[],
  out: Outputs,
  onError: (cause: unknown) => void = () => {},
): Promise<number> {
  try {
    return await parse(program, args, out);
  } catch (cause) {
    onError(cause);
    return tellError(program.name(), cause, out);
  }
}

/** @returns the exit code */
export function tellError(tool: string, cause: unknown, { stderr }: Pick<Outputs, 'stderr'>): number {
  const error = ReverieError.from(cause);
  // Something nobody foresaw is a bug, and its stack is worth more than a short message.
  const stack = error.code === 'internal' && cause instanceof Error ? `\n${cause.stack ?? ''}` : '';
  stderr.write(`${tool}: ${error.message} [${error.code}]${stack}\n`);
  return exitCodeOf(error.code);
}

/** npm and tsx pass one Ctrl-C on more than once; only a later one means "at once", milliseconds. */
const impatientAfterMs = 1_000;

/** All of them keep what there is. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type Signal = (typeof signals)[number];
let ended: number = exitCodes.interrupted;

/** The exit code of what was interrupted, by which signal it was. */
export const signalled = (code: number): number => (code === exitCodes.interrupted ? ended : code);

/** Calls `handler` on the first Ctrl-C, or when the process is asked to end. @returns what stops listening. */
export function onInterrupt(handler: () => void): () => void {
  let first: number | undefined;
  const listener = (signal: Signal) => {
    const now = performance.now();
    ended = exitCodes[signal];
    if (first === undefined) {
      first = now;
      handler();
    } else if (now - first > impatientAfterMs) process.exit(ended);
  };
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}

/** Aborts on the first Ctrl-C. */
export function interruption(): AbortSignal {
  const interrupt = new AbortController();
  onInterrupt(() => interrupt.abort());
  return interrupt.signal;
}

/** The process around `run`. A command that ends well and still has something to complain of sets `process.exitCode`. */
export async function runProcess(program: CommandUnknownOpts, args = process.argv.slice(2)): Promise<void> {
  // A reader that went away (`| head`) is no error of ours.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  const code = await run(program, args, process);
  // Threads, Dawn and TensorFlow.js may keep the event loop alive; what was written must be out first.
  process.stdout.write('', () => process.stderr.write('', () => process.exit(signalled(code) || process.exitCode)));
}

export const print = (line: string): void => void process.stdout.write(`${line}\n`);
