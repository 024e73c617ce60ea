/**
 * `npm run check`: types of every project, Biome, which way imports run, that nobody asks for a technique's name, and
 * whether the Worker would deploy. All parts run, so that one call shows everything that is wrong.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { techniqueNamePlaces } from './check/techniqueNames';
import { ensureBuilt } from './setup/built.mjs';
import { cache, root } from './setup/process.mjs';

interface Outcome {
  readonly name: string;
  readonly code: number;
  readonly output: string;
  readonly seconds: number;
}

const bin = (relative: string) => path.join(root, 'node_modules', relative);
const wrangler = bin('wrangler/bin/wrangler.js');

/** Runs a Node program to its end with its output kept. */
function node(name: string, args: readonly string[]): Promise<Outcome> {
  const started = Date.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, WRANGLER_SEND_METRICS: 'false', CI: 'true' },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('close', (code) => resolve({ name, code: code ?? 1, output, seconds: (Date.now() - started) / 1000 }));
  });
}

/** `Env` and the runtime's types from wrangler.toml; made again only when that or the installed wrangler changes. */
async function generateWorkerTypes(): Promise<Outcome | undefined> {
  const inputs = ['wrangler.toml', 'package-lock.json'].map((file) => readFileSync(path.join(root, file)));
  const wanted = createHash('sha256').update(Buffer.concat(inputs)).digest('hex');
  const stamp = path.join(cache, 'worker-types');
  const isFresh = existsSync(path.join(root, 'worker-configuration.d.ts')) && existsSync(stamp);
  if (isFresh && readFileSync(stamp, 'utf8') === wanted) return undefined;
  const outcome = await node('wrangler types', [wrangler, 'types']);
  if (outcome.code === 0) {
    mkdirSync(cache, { recursive: true });
    writeFileSync(stamp, wanted);
  }
  return outcome;
}

/** The projects that the root tsconfig refers to. */
function projects(): string[] {
  const { references } = JSON.parse(readFileSync(path.join(root, 'tsconfig.json'), 'utf8')) as {
    references: { path: string }[];
  };
  return references.map((reference) => path.normalize(reference.path));
}

function typeCheck(project: string): Promise<Outcome> {
  const info = path.join(cache, 'tsc', `${project.replaceAll(/[\\/]/g, '-')}.tsbuildinfo`);
  const flags = ['--noEmit', '--incremental', '--tsBuildInfoFile', info, '--pretty', 'false'];
  return node(`tsc ${project}`, [bin('typescript/bin/tsc'), '-p', project, ...flags]);
}

/** What `tools/check/imports.cjs` has rules for. */
const rooms = ['shared', 'worker', 'web', 'tools'];

function techniqueNames(): Outcome {
  const started = Date.now();
  const places = techniqueNamePlaces();
  const lines = places.map(
    ({ file, line, text }) => `${file}:${line}: a trait or a field is to say this, not the name: ${text}`,
  );
  return {
    name: 'technique names',
    code: places.length,
    output: lines.join('\n'),
    seconds: (Date.now() - started) / 1000,
  };
}

/** At most two at a time: tsc wants a core and some hundred megabytes each. */
async function runAll(tasks: readonly (() => Promise<Outcome | undefined>)[]): Promise<boolean> {
  let failed = false;
  const queue = [...tasks];
  const lane = async () => {
    for (let task = queue.shift(); task; task = queue.shift()) {
      const outcome = await task();
      if (!outcome) continue;
      const { name, code, output, seconds } = outcome;
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds.toFixed(1)} s)`);
      if (code !== 0) {
        failed = true;
        console.log(output.trimEnd());
      }
    }
  };
  await Promise.all([lane(), lane()]);
  return !failed;
}

await ensureBuilt('site');
const typesMade = await runAll([generateWorkerTypes]);
const passed = await runAll([
  ...projects().map((project) => () => typeCheck(project)),
  () => node('biome ci', [bin('@biomejs/biome/bin/biome'), 'ci', '--error-on-warnings', '--colors=off', '.']),
  () =>
    node('imports', [
      bin('dependency-cruiser/bin/dependency-cruise.mjs'),
      '--config',
      'tools/check/imports.cjs',
      ...rooms,
    ]),
  async () => techniqueNames(),
  () => node('wrangler deploy --dry-run', [wrangler, 'deploy', '--dry-run', '--outdir', path.join(cache, 'worker')]),
]);
process.exit(typesMade && passed ? 0 : 1);
