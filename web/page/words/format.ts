/** Numbers, bytes, sizes and times as the reader's language writes them, by Intl alone. */

/** `1,234`. */
export function formatInteger(tag: string, value: number): string {
  return new Intl.NumberFormat(tag, { maximumFractionDigits: 0 }).format(value);
}

/** `1.41`: at most two decimals. */
export function formatDecimal(tag: string, value: number, digits = 2): string {
  return new Intl.NumberFormat(tag, { maximumFractionDigits: digits }).format(value);
}

/** @param fraction 0..1 */
export function formatPercent(tag: string, fraction: number): string {
  return new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 0 }).format(fraction);
}

/** `512 × 384`; pixel counts carry no grouping below ten thousand, as everyone writes them. */
export function formatSize(tag: string, width: number, height: number): string {
  const side = new Intl.NumberFormat(tag, { useGrouping: Math.max(width, height) >= 10_000 });
  return `${side.format(width)} × ${side.format(height)}`;
}

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** Decimal units as download sizes are quoted: `812 byte`, `64 kB`, `1.6 MB`. */
export function formatBytes(tag: string, bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return new Intl.NumberFormat(tag, {
    style: 'unit',
    unit: byteUnits[unit] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: unit > 1 && value < 10 ? 1 : 0,
  }).format(value);
}

/** `0.4 sec`, `42 sec`, `3 min 5 sec`, `1 hr 2 min`; from ten minutes on without seconds. */
export function formatDuration(tag: string, milliseconds: number): string {
  const unitOf = (value: number, unit: 'hour' | 'minute' | 'second', maximumFractionDigits = 0) =>
    new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits }).format(value);
  if (milliseconds > 0 && milliseconds < 950) return unitOf(Math.max(0.1, milliseconds / 1000), 'second', 1);
  const total = Math.max(0, Math.round(milliseconds / 1000));
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const seconds = total % 60;
  const parts: [number, 'hour' | 'minute' | 'second'][] = [];
  if (hours > 0) parts.push([hours, 'hour']);
  if (minutes > 0) parts.push([minutes, 'minute']);
  if (parts.length === 0 || (hours === 0 && minutes < 10 && seconds > 0)) parts.push([seconds, 'second']);
  return parts.map(([value, unit]) => unitOf(value, unit)).join(' ');
}
