/**
 * The program in a pack: measures the card that it finds, within eight minutes, and writes what came of it. `--small` for a
 * processor that plays a GPU, to see that the pack works; its times say nothing about a real one.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { version } from '../../../package.json';
import { root } from '../../setup/process.mjs';
import { Child } from '../process';
import { summarise } from '../report';
import { watchPower } from './card';
import type { NetworkName, PackHandlers } from './child';
import { type Card, type Contender, type Packed, packFormat, type Row, type Swept } from './format';
import { printed } from './read';

const { values: flags } = parseArgs({
  options: {
    small: { type: 'boolean', default: false },
    out: { type: 'string', default: 'reverie-gpu.json' },
    seconds: { type: 'string', default: '450' },
  },
});
const { small } = flags;
process.on('uncaughtException', ({ message }) => {
  process.stderr.write(`${message.split('\n')[0]}\n`);
  process.exit(1);
});
const startedAt = performance.now();
const left = () => startedAt + 1000 * Number(flags.seconds) - performance.now();
const notes: string[] = [];
const say = (what: string) =>
  process.stderr.write(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${what}\n`);

/** For a table: the first words of it. */
const reasonOf = (cause: unknown): string => {
  const [line = ''] = String((cause as Error).message).split('\n');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
};

// What is measured one after another; each has its share of the time that is left, so that none starves those behind it.

type Process = Child<PackHandlers>;
/** Of the part that is under way. */
const running = new Set<{ stop(): void }>();
function started<P extends { stop(): void }>(process: P): P {
  running.add(process);
  return process;
}
const start = (): Process => started(new Child<PackHandlers>(new URL('./child.mjs', import.meta.url)));

const timeIsUp = 'its time was up';
const until = (at: number) =>
  new Promise<never>((_, reject) =>
    setTimeout(() => reject(new Error(timeIsUp)), Math.max(0, at - performance.now())).unref(),
  );

interface Part {
  /** Of its time, against that of the others. */
  readonly weight: number;
  measure(endsAt: number): Promise<void>;
  /** @param why what it has not measured is not there */
  end(why: string | null): void;
}

async function inOrder(parts: readonly Part[]): Promise<void> {
  let weights = parts.reduce((sum, { weight }) => sum + weight, 0);
  for (const part of parts) {
    const partEndsAt = performance.now() + (left() * part.weight) / weights;
    weights -= part.weight;
    try {
      await Promise.race([part.measure(partEndsAt), until(partEndsAt)]);
      part.end(null);
    } catch (cause) {
      part.end(reasonOf(cause));
    } finally {
      for (const one of running) one.stop();
      running.clear();
    }
  }
}

/**
 * Takes turns for a while, or until the time is up; the first two of each compile, of a processor that plays a GPU the first.
 * @param forMs of a card, which is quick
 */
async function inTurns(contenders: Readonly<Record<string, () => Promise<number>>>, forMs: number, endsAt: number) {
  const taken: Record<string, number[]> = {};
  const why: Record<string, string> = {};
  const compiling = small ? 1 : 2;
  const begunAt = performance.now();
  let lastMs = 0;
  for (let round = 0; round < 32; round++) {
    const roundAt = performance.now();
    if (round > compiling && (roundAt + lastMs > endsAt || (round > 3 && roundAt - begunAt > forMs))) break;
    for (const [name, step] of Object.entries(contenders)) {
      if (why[name] !== undefined) continue;
      try {
        const ms = await Promise.race([step(), until(endsAt)]);
        if (round >= compiling) taken[name] = [...(taken[name] ?? []), ms];
      } catch (cause) {
        why[name] = reasonOf(cause);
      }
    }
    lastMs = performance.now() - roundAt;
  }
  return (name: string): Contender => {
    const own = taken[name];
    // What its time did not suffice for a second time it has done once.
    return own && (why[name] ?? timeIsUp) === timeIsUp ? { ms: summarise(own) } : { why: why[name] ?? timeIsUp };
  };
}

const sweptShapes = [
  [512, 16],
  [256, 32],
  [256, 64],
  [128, 128],
  [64, 256],
  [32, 512],
] as const;
const smallShapes = [
  [32, 16],
  [16, 32],
  [16, 64],
] as const;

let torchName: string | undefined;
/** The same step in PyTorch, where it is installed and has the card, or a processor beside another; null where not. */
async function torch() {
  const child: ChildProcess = spawn('python3', [path.join(root, 'torch_step.py'), ...(small ? ['cpu'] : [])], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  started({ stop: () => child.kill() });
  child.on('error', () => {});
  child.stdin?.on('error', () => {});
  if (!child.stdout) return null;
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (request: object) => {
    child.stdin?.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error('PyTorch ended.');
    const answer = JSON.parse(value) as { ms?: number; error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.ms ?? 0;
  };
  const hello = await Promise.race([lines.next(), once(child, 'exit').then(() => null)]);
  if (!hello || hello.done) return null;
  torchName = hello.value;
  return { open: (request: object) => ask(request), step: () => ask({ step: true }) };
}

/** What is left then is for one more step, which is listened to. */
const roundsEndAt = (endsAt: number) => performance.now() + 0.8 * (endsAt - performance.now());

async function iteration(row: Row, network: NetworkName, endsAt: number): Promise<void> {
  const { side } = row;
  const [own, stock] = [start(), start()];
  // One after the other: a self-test that waits for another's shaders is one whose time is up.
  for (const each of [own, stock]) await each.call('open', undefined);
  const python = await torch();
  const contenders: Record<string, () => Promise<number>> = { reverie: () => own.call('step', undefined) };
  const join = async (name: 'tensorflow' | 'pytorch', open: () => Promise<unknown>, step: () => Promise<number>) => {
    try {
      await open();
      contenders[name] = step;
    } catch (cause) {
      row[name] = { why: reasonOf(cause) };
    }
  };
  await own.call('engine', { network, side });
  await join(
    'tensorflow',
    () => stock.call('tape', { network, side }),
    () => stock.call('step', undefined),
  );
  if (python)
    await join(
      'pytorch',
      () => python.open({ network, side }),
      () => python.step(),
    );
  else row.pytorch = { why: 'not here' };
  const of = await inTurns(contenders, wantedMs, roundsEndAt(endsAt));
  for (const name of Object.keys(contenders) as ('reverie' | 'tensorflow' | 'pytorch')[]) row[name] = of(name);
  // A step that outlasted its time would go on beside what comes.
  stock.stop();
  const power = await watchPower();
  Object.assign(row, await own.call('told', undefined));
  for (let n = 0; n < (small ? 0 : 8); n++) await own.call('step', undefined);
  const watts = power();
  if (watts !== undefined) row.watts = watts;
}

async function alone(row: Row, endsAt: number): Promise<void> {
  const { what, side } = row;
  const own = start();
  await own.call('open', undefined);
  if (what === 'dream') await own.call('dream', { network: 'embedded', side });
  else await own.call('pass', side);
  const of = await inTurns({ reverie: () => own.call('step', undefined) }, wantedMs / 2, roundsEndAt(endsAt));
  row.reverie = of('reverie');
  Object.assign(row, await own.call('told', undefined));
}

const rows: Row[] = [];
const wantedMs = small ? 2000 : 6000;
/** A row that fails says so and does not take the others along. */
function rowPart(
  { what, network, side }: Pick<Row, 'what' | 'side'> & { readonly network: NetworkName },
  weight: number,
  measure: (row: Row, endsAt: number) => Promise<void>,
): Part {
  const row: Row = { what, network, side, reverie: { why: timeIsUp } };
  return {
    weight,
    measure(endsAt) {
      say(`${what}, ${network}, ${side}`);
      return measure(row, endsAt);
    },
    end(why) {
      // As it is now: what was stopped may still be about to say that it ended.
      rows.push({ ...row, ...(why !== null && !row.reverie.ms && { reverie: { why } }) });
    },
  };
}

const first = start();
say('the card');
const opened = await first.call('open', undefined);
if (opened.software && !small)
  throw new Error(`${opened.description} is a processor; --small shows that the pack works.`);
const card: Card = { ...opened, ...(await first.call('speeds', small)) };

first.stop();

const swept: Swept[] = [];
const sweeps = (small ? smallShapes : sweptShapes).map(([side, channels]): Part => {
  const what = `tiles, ${channels} channels at ${side}`;
  return {
    weight: 2,
    async measure(endsAt) {
      say(what);
      const own = start();
      await own.call('open', undefined);
      const forMs = roundsEndAt(endsAt) - performance.now();
      swept.push(await own.call('sweep', { side, channels, atMostMs: small ? 200 : 400, forMs }));
    },
    end(why) {
      if (why !== null) notes.push(`${what}: ${why}`);
    },
  };
});
const iterations = (network: NetworkName, weight: number) =>
  (small ? [64] : [256, 512, 1024]).map((side) =>
    rowPart({ what: 'iteration', network, side }, weight, (row, endsAt) => iteration(row, network, endsAt)),
  );
await inOrder([
  ...sweeps,
  ...iterations('embedded', 3),
  ...iterations('VGG-19', 4),
  ...(small ? [64] : [512, 1024, 2048]).map((side) =>
    rowPart({ what: 'one pass', network: 'embedded', side }, 2, alone),
  ),
  rowPart({ what: 'dream', network: 'embedded', side: small ? 64 : 512 }, 2, alone),
]);
if (torchName !== undefined) notes.push(`PyTorch: ${torchName}`);
if (small) notes.push('Measured small, to see that the pack works.');
const packed: Packed = {
  format: packFormat,
  date: new Date().toISOString(),
  engine: version,
  card,
  rows,
  swept,
  notes,
  seconds: Math.round((performance.now() - startedAt) / 1000),
};
await writeFile(flags.out, `${JSON.stringify(packed, null, 2)}\n`);
process.stdout.write(printed(packed));
say(`written to ${flags.out}`);
process.exit(rows.every(({ reverie }) => reverie.ms) ? 0 : 1);
