/** Keys of the log (log.ts), which operators write from elsewhere too. */

/** `end`: deleted by its owner. The others are an operator's. */
export const verbs = ['end', 'hide', 'restore', 'clear', 'block', 'unblock'] as const;
export type Verb = (typeof verbs)[number];

export const prefix = 'log/';
/** Milliseconds with leading zeros, so that keys are in the order of time. */
const stamp = (at: number): string => String(Math.max(0, at)).padStart(15, '0');

export const logKey = (at: number, verb: Verb, subject: string): string => `${prefix}${stamp(at)}/${verb}/${subject}`;

/** Where a replay from this time on begins. */
export const logFrom = (at: number): string => `${prefix}${stamp(at)}`;
export const timeOf = (key: string): number => Number(key.slice(prefix.length).split('/')[0]);

/** For the database: the entry that it has done, and never an earlier one again. */
export const markDone = `INSERT INTO sweeps (name, value) VALUES ('log', ?1)
  ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)`;
