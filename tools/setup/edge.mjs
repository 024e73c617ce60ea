/**
 * Starts the real edge on this machine: `wrangler dev --local` (Worker, static assets and `_headers` in
 * workerd), waits until it answers, and stops it with everything it started.
 */
import { spawn } from 'node:child_process';
import { lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { devNull } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { root, SetupError } from './process.mjs';

const readyWithinMs = 60_000;

const env = {
  ...process.env,
  // Nothing of this is to be fetched from or told to anyone.
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  // It writes every query with its values into a file, megabytes a minute: salts and hashes of keys among them.
  WRANGLER_LOG_PATH: path.join(root, '.wrangler/none.log'),
  // A page on our own port that shows the storage to whoever reaches it, from other sites too.
  X_LOCAL_EXPLORER: 'false',
  CI: 'true',
  FORCE_COLOR: '0',
};

/**
 * @typedef {object} Edge
 * @property {string} url without a trailing slash
 * @property {number} pid of the group's leader, from which wrangler and workerd descend
 * @property {Promise<number>} exited settles when the edge has ended, with its exit code
 * @property {() => Promise<void>} stop ends the whole process group; safe to call twice
 */

/**
 * @param {object} options
 * @param {number} options.port
 * @param {string} [options.host] address to listen on; default 127.0.0.1
 * @param {string} [options.state] folder for local storage; default `.wrangler/state`
 * @param {string} [options.config] another worker's wrangler.toml, which has no database to prepare
 * @param {boolean} [options.verbose] pass wrangler's output through (to stderr); else it is shown only on failure
 * @returns {Promise<Edge>}
 */
export async function startEdge({ port, host = '127.0.0.1', state, verbose = false, config }) {
  if (!(await isFree(port, host))) {
    throw new SetupError(`Port ${port} is in use. Choose another one: PORT=8788 npm start`);
  }
  writeNoLog();
  if (!config) await migrate(state);
  const guard = fileURLToPath(new URL('./guard.mjs', import.meta.url));
  const flags = ['--local', '--ip', host, '--port', String(port), '--inspector-port', '0'];
  flags.push('--show-interactive-dev-session=false', ...(state ? ['--persist-to', state] : []));
  // With static files in front, workerd's own way to call a cron does not reach the Worker (sweepEvery).
  flags.push(...(config ? ['--config', config] : ['--test-scheduled']));
  const child = spawn(process.execPath, [guard, process.execPath, wrangler, 'dev', ...flags], {
    cwd: root,
    // A group of its own, so that one signal reaches wrangler, esbuild and workerd.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env,
  });

  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      log = (log + chunk).slice(-8000);
      if (verbose) process.stderr.write(chunk);
    });
  }
  let code = 1;
  let ended = false;
  child.on('message', (message) => {
    code = /** @type {{ exit: number }} */ (message).exit;
  });
  /** @type {Promise<number>} */
  const exited = new Promise((resolve) => {
    child.on('close', () => {
      ended = true;
      resolve(code);
    });
  });

  const stop = async () => {
    if (ended || child.pid === undefined) return;
    child.kill('SIGTERM');
    await Promise.race([exited, sleep(5000)]);
    if (ended) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // The group is gone already.
    }
    await exited;
  };

  const url = `http://localhost:${port}`;
  const deadline = Date.now() + readyWithinMs;
  while (!(await answers(`http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}/api/health`))) {
    if (ended) throw new SetupError(`The edge did not start:\n${log.trim()}`);
    if (Date.now() > deadline) {
      await stop();
      throw new SetupError(`The edge did not answer within ${readyWithinMs / 1000} s:\n${log.trim()}`);
    }
    await sleep(100);
  }
  if (!config) void sweepEvery(5 * 60_000, `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`, exited);
  return { url, pid: child.pid ?? 0, exited, stop };
}

/** Wrangler's log file, which is where nothing is kept. */
function writeNoLog() {
  const file = env.WRANGLER_LOG_PATH;
  rmSync(path.join(root, '.wrangler/logs'), { recursive: true, force: true });
  mkdirSync(path.dirname(file), { recursive: true });
  try {
    symlinkSync(devNull, file);
  } catch {
    // It is there already; or this system has no such links, and the file is emptied at every start.
    if (!lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) writeFileSync(file, '');
  }
}

/**
 * As wrangler.toml's cron does in production: nobody else calls it here.
 *
 * @param {number} ms
 * @param {string} url
 * @param {Promise<unknown>} exited
 */
async function sweepEvery(ms, url, exited) {
  let ended = false;
  void exited.then(() => (ended = true));
  while (!ended) {
    await fetch(`${url}/__scheduled?cron=local`)
      .then((answer) => answer.arrayBuffer())
      .catch(() => undefined);
    await Promise.race([exited, sleep(ms, undefined, { ref: false })]);
  }
}

const wrangler = path.join(root, 'node_modules/wrangler/bin/wrangler.js');

/**
 * Brings the embedded database to the newest migration; what has been applied is not applied again.
 *
 * @param {string | undefined} state
 */
async function migrate(state) {
  const flags = ['d1', 'migrations', 'apply', 'DB', '--local', ...(state ? ['--persist-to', state] : [])];
  const child = spawn(process.execPath, [wrangler, ...flags], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (log += chunk));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new SetupError(`The local database could not be prepared:\n${log.trim().slice(-4000)}`);
}

/** @param {string} url */
async function answers(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/**
 * @param {number} port 0 asks for any free one
 * @param {string} host
 * @returns {Promise<number | undefined>} the port, or undefined when it is taken
 */
function tryListen(port, host) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      if (code === 'EADDRINUSE') resolve(undefined);
      else reject(new SetupError(`Cannot listen on ${host}:${port}: ${error.message}`));
    });
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}

/**
 * @param {number} port
 * @param {string} host
 */
async function isFree(port, host) {
  return (await tryListen(port, host)) !== undefined;
}

/** @returns {Promise<number>} a port of 127.0.0.1 that nobody listens on now */
export async function freePort() {
  const port = await tryListen(0, '127.0.0.1');
  if (port === undefined) throw new SetupError('No free port on 127.0.0.1.');
  return port;
}
