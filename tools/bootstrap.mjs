/**
 * The entry of `npm start`, `npm test` and the other scripts. Plain Node without dependencies, so that it
 * works on a fresh clone: it installs and builds what is missing or out of date, then hands over.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ensureBuilt } from './setup/built.mjs';
import { ensureChromium } from './setup/chromium.mjs';
import { startDemo } from './setup/demo.mjs';
import { startEdge } from './setup/edge.mjs';
import { checkNode, ensureInstalled } from './setup/install.mjs';
import { exec, root, SetupError, say, tsx } from './setup/process.mjs';

const usage = `usage: node tools/bootstrap.mjs <command>
  start                 serve the whole product on http://localhost:8787 (PORT and HOST change that)
  dev                   the same, rebuilt on change
  test [vitest args]    all tests; e.g. --project unit, or a file name
  run <file> [args]     a TypeScript tool of tools/`;

/** @type {Record<string, (args: string[]) => Promise<number>>} */
const commands = {
  async start() {
    const port = readPort();
    await ensureBuilt('site');
    return serve(port);
  },

  async dev() {
    const env = { PORT: String(readPort()) };
    return exec(process.execPath, [...tsx, path.join(root, 'tools/dev.ts')], { env });
  },

  async test(args) {
    await ensureBuilt('kernels');
    await ensureBuilt('site');
    const env = { CHROMIUM_PATH: await ensureChromium() };
    const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
    return exec(process.execPath, [vitest, 'run', '--config', 'test/vitest.config.ts', ...args], { env });
  },

  async run([file, ...args]) {
    if (!file) throw new SetupError(usage, 2);
    await ensureBuilt('kernels');
    return exec(process.execPath, [...tsx, file, ...args]);
  },
};

function readPort() {
  const port = Number(process.env.PORT || 8787);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new SetupError(`PORT is "${process.env.PORT}", expected a number from 1 to 65535.`);
  }
  return port;
}

/**
 * Serves until a signal, or until the npm that started us is gone (a killed one sends no signal).
 *
 * @param {number} port
 */
async function serve(port) {
  const edge = await startEdge({ port, ...(process.env.HOST ? { host: process.env.HOST } : {}) });
  say(`ready on ${edge.url} (Ctrl-C stops it)`);
  // A convenience: the product is whole without it.
  const demo = await startDemo({ port: port + 1, edge: edge.url }).catch(() => undefined);
  if (demo)
    say(`the lecture, on another site: ${demo.url}/; a blog that embeds a share: ${demo.url}/?share=<id or link>`);
  let stopped = false;
  const stop = () => {
    stopped = true;
    demo?.stop();
    void edge.stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  // Under npm only: a server started by hand with nohup is meant to outlive its shell.
  const started = startedBy();
  if (process.env.npm_lifecycle_event) setInterval(() => startedBy() !== started && stop(), 1000).unref();
  const code = await edge.exited;
  if (!stopped) throw new SetupError(`the edge ended by itself (exit code ${code}).`);
  return 0;
}

/** Whoever started us: our parent, and npm behind the shell that npm runs scripts in (Linux only can tell). */
function startedBy() {
  try {
    // "pid (comm) state ppid …", and comm may hold spaces and brackets: proc(5).
    const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
    return `${process.ppid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]}`;
  } catch {
    return `${process.ppid}`;
  }
}

try {
  const [name = '', ...args] = process.argv.slice(2);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new SetupError(usage, 2);
  checkNode();
  await ensureInstalled();
  process.exitCode = await command(args);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exitCode = error.exitCode;
}
