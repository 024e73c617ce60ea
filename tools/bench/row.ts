/** What a row of the benchmark is: something measured in one run, and the targets that it must reach. */
import { formatNumber, type Table } from './table';

export interface Target {
  readonly name: string;
  readonly value: number;
  readonly sense: 'at least' | 'at most' | 'exactly';
  readonly bound: number;
  /** `×`, `kB`, `MiB`, `tensors` …; the value is in this unit already. */
  readonly unit: string;
}

export interface RowResult {
  readonly targets: readonly Target[];
  readonly tables: readonly Table[];
  /** What the numbers leave out, and what a reader must know to judge them. */
  readonly notes: readonly string[];
  /** Everything measured, for `--json`. */
  readonly numbers: unknown;
}

export interface Row {
  /** For `--only`. */
  readonly name: string;
  readonly title: string;
  /** @param progress told what is measured next, where a row takes minutes */
  run(progress: (what: string) => void): Promise<RowResult>;
}

/** A number that is none has reached nothing. */
export function isMet({ value, sense, bound }: Target): boolean {
  if (sense === 'at least') return value >= bound;
  return sense === 'at most' ? value <= bound : value === bound;
}

export function describeTarget(target: Target): string {
  const { name, value, sense, bound, unit } = target;
  const measured = `${formatNumber(value)} ${unit}`.trim();
  return `${isMet(target) ? 'PASS' : 'FAIL'}  ${name}: ${measured}, ${sense} ${formatNumber(bound)}`;
}
