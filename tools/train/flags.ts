/** What the command lines of all trainings share. */
import type { ReverieError } from '../../shared/errors';
import type { BackendName } from '../../web/engine/api';

/** What every training from the command line is told, whatever it trains. */
export interface TrainingJob {
  /** Of the network in `out`. */
  readonly id: string;
  readonly out: string;
  /** Folder for the checkpoint, pictures and plots. */
  readonly work: string;
  readonly backend: BackendName;
  readonly threads: number;
  /** Manifest of a network to go on from. */
  readonly from: string | undefined;
  /** Go on with the checkpoint in `work`. */
  readonly resume: boolean;
  /** Steps between checkpoints. */
  readonly every: number;
}

export const text = { type: 'string' } as const;

/** Read the values of flags that take numbers; undefined where nothing is said. */
export function numbersFor(misuse: (message: string) => ReverieError) {
  const number = (name: string, given: string | undefined): number | undefined => {
    if (given === undefined) return undefined;
    if (given.trim() === '' || !Number.isFinite(Number(given))) throw misuse(`--${name} ${given} is not a number.`);
    return Number(given);
  };
  /** At least 1. */
  const whole = (name: string, given: string | undefined): number | undefined => {
    const value = number(name, given);
    if (value === undefined || (Number.isInteger(value) && value > 0)) return value;
    throw misuse(`--${name} ${given} is not a whole number above 0.`);
  };
  return { number, whole };
}

/** Without what was not said. */
export const defined = (fields: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
