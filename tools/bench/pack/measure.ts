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
const endsAt = startedAt + 1000 * Number(flags.seconds);
const left = () => endsAt - performance.now();
const notes: string[] = [];
const say = (what: string) =>
  process.stderr.write(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${what}\n`);

/** For a table: the first words of it. */
const reasonOf = (cause: unknown): string => {
  const [line = ''] = String((cause as Error).message).split('\n');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
};

type Process = Child<PackHandlers>;
const start = (): Process => new Child(new URL('./child.mjs', import.meta.url));

/** Takes turns until the time is up; the first two of each compile. */
async function inTurns(contenders: Readonly<Record<string, () => Promise<number>>>, forMs: number) {
  const taken: Record<string, number[]> = {};
  const why: Record<string, string> = {};
  const begunAt = performance.now();
  for (let round = 0; round < 32; round++) {
    for (const [name, step] of Object.entries(contenders)) {
      if (why[name] !== undefined) continue;
      try {
        const ms = await step();
        if (round >= 2 || (small && round >= 1)) taken[name] = [...(taken[name] ?? []), ms];
      } catch (cause) {
        why[name] = reasonOf(cause);
      }
    }
    if (round >= 3 && performance.now() - begunAt > forMs) break;
    if (performance.now() - begunAt > 4 * forMs && round >= 1) break;
  }
  return (name: string): Contender => {
    const own = taken[name];
    return own && why[name] === undefined ? { ms: summarise(own) } : { why: why[name] ?? 'its time was up' };
  };
}

/** The same step in PyTorch, where it is installed and has the card; null where not. */
async function torch(): Promise<{
  open(request: object): Promise<void>;
  step(): Promise<number>;
  stop(): void;
} | null> {
  const child: ChildProcess = spawn('python3', [path.join(root, 'torch_step.py')], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
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
  notes.push(`PyTorch: ${hello.value}`);
  return {
    open: async (request) => {
      await ask(request);
    },
    step: () => ask({ step: true }),
    stop: () => child.kill(),
  };
}

async function iteration(network: NetworkName, side: number, share: number): Promise<Row> {
  say(`an iteration, ${network}, ${side}`);
  const [own, stock] = [start(), start()];
  const python = small ? null : await torch();
  try {
    const opened = Promise.all([own.call('open', undefined), stock.call('open', undefined)]);
    await opened;
    await own.call('engine', { network, side });
    const contenders: Record<string, () => Promise<number>> = { reverie: () => own.call('step', undefined) };
    const failed: Record<string, string> = {};
    const join = async (name: string, open: () => Promise<unknown>, step: () => Promise<number>) => {
      try {
        await open();
        contenders[name] = step;
      } catch (cause) {
        failed[name] = reasonOf(cause);
      }
    };
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
    const of = await inTurns(contenders, share);
    const power = await watchPower();
    const told = await own.call('told', undefined);
    for (let n = 0; n < (small ? 0 : 8); n++) await own.call('step', undefined);
    const watts = power();
    return {
      what: 'iteration',
      network,
      side,
      reverie: of('reverie'),
      ...told,
      ...(watts !== undefined && { watts }),
      tensorflow: failed.tensorflow === undefined ? of('tensorflow') : { why: failed.tensorflow },
      pytorch: python ? (failed.pytorch === undefined ? of('pytorch') : { why: failed.pytorch }) : { why: 'not here' },
    };
  } finally {
    own.stop();
    stock.stop();
    python?.stop();
  }
}

async function alone(what: 'one pass' | 'dream', side: number, share: number): Promise<Row> {
  say(`${what}, ${side}`);
  const own = start();
  try {
    await own.call('open', undefined);
    if (what === 'dream') await own.call('dream', { network: 'embedded', side });
    else await own.call('pass', side);
    const of = await inTurns({ reverie: () => own.call('step', undefined) }, share);
    return { what, network: 'embedded', side, reverie: of('reverie'), ...(await own.call('told', undefined)) };
  } finally {
    own.stop();
  }
}

/** A row that fails says so and does not take the others along. */
async function kept(row: Omit<Row, 'reverie'>, measure: () => Promise<Row>): Promise<Row> {
  if (left() < 15_000) return { ...row, reverie: { why: 'the time was up' } };
  try {
    return await measure();
  } catch (cause) {
    return { ...row, reverie: { why: reasonOf(cause) } };
  }
}

const first = start();
let card: Card;
const swept: Swept[] = [];
try {
  say('the card');
  const opened = await first.call('open', undefined);
  if (opened.software && !small)
    throw new Error(`${opened.description} is a processor; --small shows that the pack works.`);
  card = { ...opened, ...(await first.call('speeds', small)) };
  const shapes = small
    ? [[32, 16]]
    : [
        [512, 16],
        [256, 32],
        [256, 64],
        [128, 128],
        [64, 256],
        [32, 512],
      ];
  for (const [side = 0, channels = 0] of shapes) {
    say(`tiles, ${channels} channels at ${side}`);
    swept.push(await first.call('sweep', { side, channels, atMostMs: small ? 200 : 400 }));
  }
} finally {
  first.stop();
}
const rows: Row[] = [];
const share = small ? 1000 : 6000;
for (const network of (small ? ['embedded'] : ['embedded', 'VGG-19']) as NetworkName[]) {
  for (const side of small ? [64] : [256, 512, 1024])
    rows.push(await kept({ what: 'iteration', network, side }, () => iteration(network, side, share)));
}
for (const side of small ? [64] : [512, 1024, 2048])
  rows.push(await kept({ what: 'one pass', network: 'embedded', side }, () => alone('one pass', side, share / 2)));
const dreamSide = small ? 64 : 512;
rows.push(
  await kept({ what: 'dream', network: 'embedded', side: dreamSide }, () => alone('dream', dreamSide, share / 2)),
);
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
