/** What a row of the benchmark is: something measured in one run, and the targets that it must reach. */

import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { table } from '../table';

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

export const target = (name: string, value: number, sense: Target['sense'], bound: number, unit = ''): Target => ({
  name,
  value,
  sense,
  bound,
  unit,
});

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

// Text tables and the units in them.

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

// Medians and spreads: what a timing on a shared machine is worth.

export interface Summary {
  readonly median: number;
  /** First and third quartile. */
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/** Value below which a share `q` of `values` lies, interpolated between neighbours; NaN without values. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export const summarise = (values: readonly number[]): Summary => ({
  median: median(values),
  low: quantile(values, 0.25),
  high: quantile(values, 0.75),
  count: values.length,
});

/**
 * How many times longer `baseline` takes than `ours`: the ratio of the medians, and the spread of the ratios round by
 * round (both were measured in the same round, so a busy moment slows both).
 */
export function speedUp(ours: readonly number[], baseline: readonly number[]): Summary {
  const paired = baseline.flatMap((time, round) => {
    const own = ours[round];
    return own === undefined ? [] : [time / own];
  });
  return { ...summarise(paired), median: median(baseline) / median(ours) };
}

/** What is compared takes turns, so that a busy moment hits all alike. */
export async function takeTurns<Name extends string>(
  contenders: Readonly<Record<Name, () => Promise<number>>>,
  rounds: number,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contenders) as Name[];
  const taken = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const one = await contenders[name]();
      // The first round warms up.
      if (round > 0) taken[name].push(one);
    }
  }
  return taken;
}

// One row's result as text, and all results as JSON.

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

// What the numbers were measured on; without it they say nothing.

interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  /** Processes that wanted a core in the last minute, the benchmark's own among them. */
  readonly load: number;
}

export function describeMachine(): Machine {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryBytes: totalmem(),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.version,
    load: loadavg()[0] ?? Number.NaN,
  };
}
