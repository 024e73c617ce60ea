/** `npm run bench`: measures what must be reached, as ratios in one run, and says PASS or FAIL. */
import { readFile, writeFile } from 'node:fs/promises';
import { ReverieError } from '../../shared/errors';
import { misuse, print, runProcess } from '../commandLine';
import { benchCommand } from './options';
import { parsePacked } from './pack/format';
import { writePack } from './pack/pack';
import { printed } from './pack/read';
import { describeMachine, failed, formatMemory, formatOutcome, type Outcome, toJson } from './report';
import { rows } from './rows';

await runProcess(
  benchCommand(rows, async ({ only, json, pack, read }) => {
    const tell = (what: string) => console.error(`bench: ${what} …`);
    if (pack !== null) return print(`${pack}: ${formatMemory(await writePack(pack, tell))}`);
    if (read !== null) {
      const text = await readFile(read, 'utf8').catch((cause: Error) => {
        throw misuse(`${read} cannot be read: ${cause.message}.`);
      });
      return print(printed(parsePacked(text, read)).trimEnd());
    }
    const machine = describeMachine();
    const { cpu, cores, system, node, load } = machine;
    const date = new Date();
    print(`${cpu}, ${cores} cores, ${system}, Node ${node}, load ${load.toFixed(1)}`);
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
