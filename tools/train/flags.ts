/** What the command lines of all trainings share. */
import type { ReverieError } from '../../shared/errors';

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
