/** `npm run bench`: measures what must be reached, as ratios in one run, and says PASS or FAIL. */
import { writeFile } from 'node:fs/promises';
import { ReverieError } from '../../shared/errors';
import { describeMachine } from './machine';
import { parseOptions, usage } from './options';
import { failed, formatOutcome, type Outcome, toJson } from './report';
import type { Row } from './row';
import { rows } from './rows';

async function measure({ name, title, run }: Row): Promise<Outcome> {
  process.stderr.write(`bench: ${name} …\n`);
  const startedAt = performance.now();
  const progress = (what: string) => void process.stderr.write(`bench: ${name}, ${what} …\n`);
  const result = await run(progress).catch((cause: unknown) => ({ error: ReverieError.from(cause).message }));
  return { name, title, seconds: (performance.now() - startedAt) / 1000, result };
}

async function main(): Promise<number> {
  const names = rows.map(({ name }) => name);
  const { only, json, help } = parseOptions(process.argv.slice(2), names);
  if (help) {
    process.stdout.write(`${usage(rows)}\n`);
    return 0;
  }
  const machine = describeMachine();
  const date = new Date();
  const { cpu, cores, system, node, load } = machine;
  process.stdout.write(`${cpu}, ${cores} cores, ${system}, Node ${node}, load ${load.toFixed(1)}\n`);
  const outcomes: Outcome[] = [];
  for (const row of rows.filter(({ name }) => only?.includes(name) ?? true)) {
    const outcome = await measure(row);
    process.stdout.write(`\n${formatOutcome(outcome)}`);
    outcomes.push(outcome);
  }
  if (json !== null) await writeFile(json, toJson(machine, date, outcomes));
  return outcomes.some(failed) ? 1 : 0;
}

try {
  const code = await main();
  // What Chromium and the children leave in the event loop must not hold the result back.
  process.stdout.write('', () => process.exit(code));
} catch (cause) {
  const error = ReverieError.from(cause);
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = error.code === 'usage' ? 2 : 1;
}
