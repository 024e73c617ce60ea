/** What the commands print: what quantisation costs per tensor, and what a metric is like per tap. */
import { table } from '../table';
import { type ConvertedNetwork, totalError } from './convert';
import type { MetricResult } from './metric';

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
  const lines = table(columns, rows, 3);
  if (unused.length > 0) lines.push(`left out, not of this architecture: ${unused.join(', ')}`);
  return lines.join('\n');
}

const metricColumns = ['tap', 'channels', 'unexplained', 'diagonal min', 'median', 'max'] as const;

/** A table, one row per tap. */
export function formatMetrics({ taps }: Pick<MetricResult, 'taps'>): string {
  const rows = taps.map(({ tap, channels, unexplained, diagonal }) => [
    tap,
    String(channels),
    ...[unexplained, ...diagonal].map((value) => value.toFixed(3)),
  ]);
  return table(metricColumns, rows, 1).join('\n');
}

const scientific = (value: number) => (value === 0 ? '0' : value.toExponential(2));
