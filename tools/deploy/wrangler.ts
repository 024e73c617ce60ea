/** Calls of wrangler's command line, for what is done to a Cloudflare account. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { root } from '../setup/process.mjs';

export interface Answer {
  readonly ok: boolean;
  /** What it printed, without colours; empty when it was shown to the person instead. */
  readonly output: string;
}

/** @param how `asks` gives it the terminal, to show what it does and to ask what only a person can answer. */
export type Wrangler = (args: readonly string[], how?: 'quiet' | 'asks') => Promise<Answer>;

/** The pinned one. */
const pinned: readonly string[] = [process.execPath, path.join(root, 'node_modules/wrangler/bin/wrangler.js')];

/** @param command the executable and what stands before the arguments; tests have one of their own. */
export function wranglerOf(command = pinned, folder = root): Wrangler {
  return (args, how = 'quiet') =>
    new Promise((resolve, reject) => {
      const [executable = '', ...before] = command;
      const quiet = how === 'quiet';
      const child = spawn(executable, [...before, ...args], {
        cwd: folder,
        stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
        env: {
          ...process.env,
          WRANGLER_SEND_METRICS: 'false',
          WRANGLER_HIDE_BANNER: 'true',
          // Its log would hold what it asks the database, and what that answers.
          WRANGLER_LOG_SANITIZE: 'true',
          WRANGLER_LOG_PATH: path.join(root, '.wrangler/none.log'),
          // Nothing to answer with: it must not wait for an answer.
          ...(quiet && { CI: 'true', FORCE_COLOR: '0' }),
        },
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
      child.on('error', reject);
      child.on('close', (code) => resolve({ ok: code === 0, output: withoutColours(output).trim() }));
    });
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colours are (ECMA-48).
const withoutColours = (text: string) => text.replace(/\u001b\[[\d;]*m/g, '');
