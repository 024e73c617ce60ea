/** Text tables and the units in them. */
import { table } from '../table';
import type { Summary } from './statistics';

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export const formatTable = ({ columns, rows }: Table): string => table(columns, rows).join('\n');

/** Whole numbers as they are, others with three figures at least; no exponent. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value) || Number.isInteger(value)) return String(value);
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits);
}

export const formatMs = (ms: number): string => `${formatNumber(ms)} ms`;

/** Memory: binary megabytes. */
export const formatMemory = (bytes: number): string => `${formatNumber(bytes / 2 ** 20)} MiB`;

/** What goes over the wire: decimal kilobytes, as networks count. */
export const formatTransfer = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

/** `12.3 ms (11.9–14.0)`: median and quartiles. */
export const formatSummary = ({ median, low, high }: Summary, unit: string): string =>
  `${formatNumber(median)} ${unit} (${formatNumber(low)}–${formatNumber(high)})`;
