/** One row's result as text, and all results as JSON. */
import type { Machine } from './machine';
import { describeTarget, isMet, type RowResult } from './row';
import { formatTable } from './table';

/** What became of a row: its result, or the message of what went wrong. */
export interface Outcome {
  readonly name: string;
  readonly title: string;
  readonly seconds: number;
  readonly result: RowResult | { readonly error: string };
}

export const failed = ({ result }: Outcome): boolean =>
  'error' in result || result.targets.some((target) => !isMet(target));

export function formatOutcome({ name, title, seconds, result }: Outcome): string {
  const heading = `${name}: ${title} (${seconds.toFixed(0)} s)`;
  if ('error' in result) return `${heading}\n\nFAIL  ${result.error}\n`;
  const parts = [
    heading,
    ...result.tables.map(formatTable),
    result.notes.map((note) => `- ${note}`).join('\n'),
    result.targets.map(describeTarget).join('\n'),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

export function toJson(machine: Machine, date: Date, outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ name, title, seconds, result }) => {
    if ('error' in result) return { name, title, seconds, error: result.error };
    const targets = result.targets.map((target) => ({ ...target, met: isMet(target) }));
    return { name, title, seconds, targets, numbers: result.numbers, notes: result.notes };
  });
  return `${JSON.stringify({ format: 'reverie-bench/1', date: date.toISOString(), machine, rows }, null, 2)}\n`;
}
