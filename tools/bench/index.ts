/** `npm run bench`: measures what must be reached, as ratios in one run, and says PASS or FAIL. */
import { writeFile } from 'node:fs/promises';
import { ReverieError } from '../../shared/errors';
import { print, runProcess } from '../commandLine';
import { benchCommand } from './options';
import { describeMachine, failed, formatOutcome, type Outcome, toJson } from './report';
import { rows } from './rows';

await runProcess(
  benchCommand(rows, async ({ only, json }) => {
    const machine = describeMachine();
    const { cpu, cores, system, node, load } = machine;
    const date = new Date();
    print(`${cpu}, ${cores} cores, ${system}, Node ${node}, load ${load.toFixed(1)}`);
    const tell = (what: string) => console.error(`bench: ${what} …`);
    const outcomes: Outcome[] = [];
    for (const { name, title, run } of rows.filter((row) => only?.includes(row.name) ?? true)) {
      tell(name);
      const startedAt = performance.now();
      const result = await run((what) => tell(`${name}, ${what}`)).catch((cause: unknown) => ({
        error: ReverieError.from(cause).message,
      }));
      const outcome = { name, title, seconds: (performance.now() - startedAt) / 1000, result };
      print(`\n${formatOutcome(outcome).trimEnd()}`);
      outcomes.push(outcome);
    }
    if (json !== null) await writeFile(json, toJson(machine, date, outcomes));
    if (outcomes.some(failed)) process.exitCode = 1;
  }),
);
