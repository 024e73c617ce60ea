/** Text tables and the units in them. */
import type { Summary } from './statistics';

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The first column to the left, all others to the right, as figures are read. */
export function formatTable({ columns, rows }: Table): string {
  const lines = [columns, ...rows];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines
    .map((line) =>
      widths
        .map((width, column) => {
          const cell = line[column] ?? '';
          return column === 0 ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

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
