/** What happens, in numbers, for Analytics Engine: no address, no id, no hash (README, Watching it). */

/** @param what `create`, `refuse`, `sweep` …; @param which of its kind, e.g. an error's code. */
export function count(env: Partial<Env> | undefined, what: string, which: string, ...numbers: readonly number[]): void {
  env?.METRICS?.writeDataPoint({
    blobs: [what, which],
    doubles: numbers.length > 0 ? [...numbers] : [1],
    indexes: [what],
  });
}
