/**
 * Child processes and the one lock of the set-up steps. Plain Node: these files run before anything is
 * installed. Everything they print goes to stderr, so that a tool's stdout stays its own.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Git-ignored scratch space for stamps, locks and reports. */
export const cache = path.join(root, '.cache');

/** @param {string} message */
export function say(message) {
  process.stderr.write(`reverie: ${message}\n`);
}

/** A failure with a message for a person; no stack is shown. */
export class SetupError extends Error {
  /**
   * @param {string} message
   * @param {number} [exitCode]
   */
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * Runs a command to its end and gives its exit code. Signals that end us are passed on to it.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ stdio?: import('node:child_process').StdioOptions, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>}
 */
export function exec(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: options.stdio ?? 'inherit',
      env: { ...process.env, ...options.env },
    });
    const terminate = () => child.kill('SIGTERM');
    // Ctrl-C reaches the child by itself, and a second SIGINT means "at once" to some: it is passed on only late.
    const interrupt = () => setTimeout(() => child.kill('SIGINT'), 1000).unref();
    const hangUp = () => child.kill('SIGHUP');
    process.on('SIGINT', interrupt).on('SIGTERM', terminate).on('SIGHUP', hangUp);
    const done = () => process.off('SIGINT', interrupt).off('SIGTERM', terminate).off('SIGHUP', hangUp);
    child.on('error', (error) => {
      done();
      reject(error);
    });
    child.on('close', (code, signal) => {
      done();
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });
}

/** stdin closed, stdout sent to stderr: for steps whose output is not the tool's own. */
export const quietStdio = /** @type {import('node:child_process').StdioOptions} */ (['ignore', 2, 2]);

/**
 * TypeScript for `node`, as arguments. Not tsx's own command line: that is a second process, which kills the first
 * when it does not answer Ctrl-C within 30 ms, and the last picture of a run with it.
 */
export const tsx = ['--import', 'tsx'];

/**
 * Runs `step` while no other set-up of this checkout runs: `npm start` and `npm test` may be called at the same
 * time. A lock whose holder is dead is taken over.
 *
 * @template T
 * @param {() => Promise<T>} step
 * @returns {Promise<T>}
 */
export async function withLock(step) {
  const lock = path.join(cache, 'setup.lock');
  const holder = path.join(lock, 'pid');
  for (let announced = false; ; ) {
    mkdirSync(cache, { recursive: true });
    try {
      mkdirSync(lock);
      writeFileSync(holder, String(process.pid));
      break;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    if (!(await holderAlive(holder))) {
      rmSync(lock, { recursive: true, force: true });
      continue;
    }
    if (!announced) say('waiting for another set-up of this checkout to finish …');
    announced = true;
    await sleep(500);
  }
  const release = () => rmSync(lock, { recursive: true, force: true });
  process.once('exit', release);
  try {
    return await step();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** @param {string} file */
async function holderAlive(file) {
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      process.kill(Number(readFileSync(file, 'utf8')), 0);
      return true;
    } catch (error) {
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      if (code === 'EPERM') return true;
      if (code === 'ESRCH') return false;
      // The holder has made the directory and not yet written its id.
      await sleep(100);
    }
  }
  return false;
}
