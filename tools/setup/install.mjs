/**
 * Installs the locked packages when they are missing, older than the lock, or were installed for another
 * platform. A stamp written after the last step tells a finished install from an interrupted one.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { exec, quietStdio, root, SetupError, say, withLock } from './process.mjs';

const stamp = path.join(root, 'node_modules/.reverie-install');

function wanted() {
  return createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .update(`${process.platform}-${process.arch}`)
    .digest('hex');
}

function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8').trim() === wanted();
}

/** Throws a SetupError when this Node cannot run the tools; the ranges are those of `engines` in package.json. */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  if (!fits) throw new SetupError(`Node 20.19+ or 22.12+ is needed, this is ${process.versions.node}.`);
}

export async function ensureInstalled() {
  if (isInstalled()) return;
  await withLock(async () => {
    if (isInstalled()) return;
    say('installing the locked packages (npm ci) …');
    const started = Date.now();
    rmSync(stamp, { force: true });
    // Install scripts are not needed by anything here, and newer npm versions refuse them unless approved.
    const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
    const npm = npmCommand();
    const code = await exec(npm.command, [...npm.args, ...args], { stdio: quietStdio });
    if (code !== 0) throw new SetupError('npm ci failed; see its message above.', code);
    writeFileSync(stamp, `${wanted()}\n`);
    say(`packages installed in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  });
}

/** The npm that runs us if there is one, so that no second version gets involved. */
function npmCommand() {
  const script = process.env.npm_execpath;
  if (script && /npm-cli\.c?js$/.test(script)) return { command: process.execPath, args: [script] };
  return { command: 'npm', args: [] };
}
