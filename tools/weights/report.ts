/** What an import prints: per layer what quantisation costs, then totals. */
import type { ConvertedNetwork } from './convert';
import { totalError } from './quantise';

const columns = ['tensor', 'shape', 'stored as', 'bytes', 'relative RMS', 'max abs'] as const;

/** A table, one row per tensor; error columns in scientific notation. */
export function formatReport({ manifest, errors, unused }: ConvertedNetwork): string {
  const rows: (readonly string[])[] = manifest.tensors.map((tensor, i) => {
    const { relativeRms = 0, maxAbs = 0 } = errors[i] ?? {};
    const shape = tensor.shape.join('×');
    return [tensor.name, shape, tensor.dtype, String(tensor.bytes), scientific(relativeRms), scientific(maxAbs)];
  });
  const total = totalError(errors);
  rows.push([
    'total',
    String(manifest.parameters),
    manifest.dtype,
    String(manifest.bytes),
    scientific(total.relativeRms),
    scientific(total.maxAbs),
  ]);
  const widths = columns.map((title, c) => Math.max(title.length, ...rows.map((row) => row[c]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row.map((cell, c) => (c < 3 ? cell.padEnd(widths[c] ?? 0) : cell.padStart(widths[c] ?? 0))).join('  ');
  const lines = [line(columns), ...rows.map(line)];
  if (unused.length > 0) lines.push(`left out, not of this architecture: ${unused.join(', ')}`);
  return lines.join('\n');
}

const scientific = (value: number) => (value === 0 ? '0' : value.toExponential(2));
