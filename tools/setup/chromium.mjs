/**
 * Finds the Chromium that the browser tests drive, or installs the distribution's. Playwright's own
 * download is not used: where only package registries can be reached, it fails.
 */
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { exec, quietStdio, SetupError, say } from './process.mjs';

/** The shell has no window of its own to paint: it starts four times as fast and is as much a browser as the others. */
const shell = 'chromium-headless-shell';
const names = [shell, 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const fixedPlaces = [
  `/usr/bin/${shell}`,
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The browser to use: `CHROMIUM_PATH` if set, else the first found in the usual places and in PATH.
 *
 * @returns {string | undefined}
 */
export function findChromium() {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen) {
    if (isExecutable(chosen)) return chosen;
    throw new SetupError(`CHROMIUM_PATH is set to ${chosen}, which is not an executable file.`);
  }
  const inPath = (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter(Boolean)
    .flatMap((folder) => names.map((name) => path.join(folder, name)));
  return [...fixedPlaces, ...inPath].find(isExecutable);
}

/** @returns {Promise<string>} path of an executable Chromium; installs one with apt-get if there is none. */
export async function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  say('no Chromium found; installing the one of the distribution …');
  if (await aptInstall()) {
    const installed = findChromium();
    if (installed) return installed;
  }
  throw new SetupError(
    'The browser tests need Chromium or Chrome, and it could not be installed here. ' +
      'Install one and run again, or set CHROMIUM_PATH to its executable.',
  );
}

async function aptInstall() {
  if (!isExecutable('/usr/bin/apt-get')) return false;
  // -n: without a terminal a password prompt would hang for ever.
  const prefix = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const env = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get'];
  /** @param {string[]} args */
  const apt = async (...args) => {
    const [command = 'env', ...rest] = [...prefix, ...env, ...args];
    return exec(command, rest, { stdio: quietStdio }).catch(() => 1);
  };
  await apt('update', '-q');
  // Older distributions do not have the shell.
  for (const name of [shell, 'chromium']) {
    if ((await apt('install', '-q', '-y', '--no-install-recommends', name)) === 0) return true;
  }
  return false;
}
