/** `npm run bench`: measures what must be reached, as ratios in one run, and says PASS or FAIL. */
import { writeFile } from 'node:fs/promises';
import { ReverieError } from '../../shared/errors';
import { print, runProcess } from '../commandLine';
import { type BenchOptions, benchCommand } from './options';
import { describeMachine, failed, formatOutcome, type Outcome, type Row, toJson } from './report';
import { rows } from './rows';

await runProcess(benchCommand(rows, bench));

async function bench({ only, json }: BenchOptions): Promise<void> {
  const machine = describeMachine();
  const date = new Date();
  const { cpu, cores, system, node, load } = machine;
  print(`${cpu}, ${cores} cores, ${system}, Node ${node}, load ${load.toFixed(1)}`);
  const outcomes: Outcome[] = [];
  for (const row of rows.filter(({ name }) => only?.includes(name) ?? true)) {
    const outcome = await measure(row);
    process.stdout.write(`\n${formatOutcome(outcome)}`);
    outcomes.push(outcome);
  }
  if (json !== null) await writeFile(json, toJson(machine, date, outcomes));
  if (outcomes.some(failed)) process.exitCode = 1;
}

async function measure({ name, title, run }: Row): Promise<Outcome> {
  const tell = (what: string) => void process.stderr.write(`bench: ${what} …\n`);
  tell(name);
  const startedAt = performance.now();
  const progress = (what: string) => tell(`${name}, ${what}`);
  const result = await run(progress).catch((cause: unknown) => ({ error: ReverieError.from(cause).message }));
  return { name, title, seconds: (performance.now() - startedAt) / 1000, result };
}
