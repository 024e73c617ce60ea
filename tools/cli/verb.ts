/**
 * What a verb of the command line is. A verb is one file in `verbs/` that exports a `Verb` and one line
 * in `verbs/index.ts`; parsing, help, errors, progress and Ctrl-C are the same for all and live beside this file.
 */
import type { BackendName, Engine } from '../../web/engine/api';

/** A flag. All values arrive as strings; the verb turns them into fields of its recipe, whose schema checks them. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  /** May be given several times. */
  readonly multiple?: boolean;
  /** How help calls the value: `FILE`, `N`. */
  readonly value?: string;
  readonly help: string;
  /** Shown by help. Read it from `shared/recipe`, never type it. */
  readonly default?: string | number;
}

export type OptionValues = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

/** Where text goes; a subset of `process.stdout`, so that tests can listen. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** The world as a verb sees it. */
export interface Context {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Opens the engine on this machine; loads it only now, because that takes a second. */
  openEngine(backend: BackendName): Promise<Engine>;
  /** Calls `handler` on Ctrl-C until the returned function is called. */
  onInterrupt(handler: () => void): () => void;
}

export interface Verb {
  readonly name: string;
  /** One line, for the list of verbs. */
  readonly summary: string;
  /** What follows `reverie <name>`: `--content FILE --style … --out FILE`. */
  readonly usage: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** How help calls the one word that it takes besides flags; the word is in `values.positional`. */
  readonly positional?: string;
  /** @returns the exit code. @throws ReverieError, which the caller prints. */
  run(values: OptionValues, context: Context): Promise<number>;
}
