/**
 * Knows whether the site and the WASM kernels are built from the sources that are here now, and builds
 * them if not. Compared by content, so a fresh clone, a branch switch and a touched file all come out right.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cache, exec, quietStdio, root, SetupError, tsx, withLock } from './process.mjs';

const generated = new Set(['dist', 'build', 'node_modules']);

/** What can be built, from what, and how to see that the result is still there. */
const targets = {
  kernels: {
    inputs: ['web/engine/device/wasm/assembly', 'tools/kernels.ts', 'package-lock.json'],
    isThere: () => existsSync(path.join(root, 'web/engine/device/wasm/build/kernels.ts')),
    args: ['--kernels', '--quiet'],
  },
  site: {
    inputs: [
      'web',
      'shared',
      'tools/build.ts',
      'tools/build',
      'tools/kernels.ts',
      'package-lock.json',
      'tsconfig.json',
    ],
    isThere: () => existsSync(path.join(root, 'web/dist/index.html')),
    args: ['--quiet'],
  },
};

/** @typedef {keyof typeof targets} Target */

/**
 * Builds `target` unless it is up to date.
 *
 * @param {Target} target
 */
export async function ensureBuilt(target) {
  if (isFresh(target)) return;
  await withLock(async () => {
    if (isFresh(target)) return;
    const args = [...tsx, path.join(root, 'tools/build.ts'), ...targets[target].args];
    const code = await exec(process.execPath, args, { stdio: quietStdio });
    if (code !== 0) throw new SetupError(`building the ${target} failed; see the message above.`, code);
  });
}

/**
 * Called by the build when it has ended well. `inputs` was taken before it started, so that an edit made meanwhile
 * counts as newer.
 *
 * @param {Target} target
 * @param {string} inputs what `fingerprint` gave before the build
 */
export function markBuilt(target, inputs) {
  mkdirSync(cache, { recursive: true });
  writeFileSync(stampFile(target), `${inputs}\n`);
}

/** @param {Target} target */
export function markStale(target) {
  rmSync(stampFile(target), { force: true });
}

/**
 * True when the result is there and made from the sources that are here now.
 *
 * @param {Target} target
 */
export function isFresh(target) {
  if (!targets[target].isThere() || !existsSync(stampFile(target))) return false;
  return readFileSync(stampFile(target), 'utf8').trim() === fingerprint(target);
}

/** @param {Target} target */
function stampFile(target) {
  return path.join(cache, `${target}.built`);
}

/**
 * SHA-256 over names and contents of everything `target` is built from.
 *
 * @param {Target} target
 */
export function fingerprint(target) {
  const hash = createHash('sha256');
  for (const input of targets[target].inputs) addTo(hash, input);
  return hash.digest('hex');
}

/**
 * @param {import('node:crypto').Hash} hash
 * @param {string} relative
 */
function addTo(hash, relative) {
  const file = path.join(root, relative);
  if (!existsSync(file)) return;
  if (statSync(file).isDirectory()) {
    for (const name of readdirSync(file).sort()) {
      if (!generated.has(name)) addTo(hash, `${relative}/${name}`);
    }
    return;
  }
  const content = readFileSync(file);
  hash.update(`${relative}\0${content.length}\0`).update(content);
}
