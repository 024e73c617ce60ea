/** Tells the service worker which files the build consists of, and under which name to keep them. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin, Rolldown } from 'vite';
import { buildGlobal, type OfflineBuild, sharedFile, workerFile } from '../../shared/offlineBuild';

/** The page and what it names itself, besides its scripts and styles. */
const art = ['/art/before.webp', '/art/after.webp'];
const pageFiles = ['/', '/appearance.js', '/icon.svg', '/icon-192.png', '/site.webmanifest', ...art];
const rarelyNeeded = /^assets\/(heic|classNames|not-found|tfjs-backend-wasm-(?!simd))/;

/** A Vite plugin that writes the lists at the head of the service worker's file. */
export function offlineFiles(): Plugin {
  return {
    name: 'reverie:offline-files',
    apply: 'build',
    writeBundle({ dir }, bundle) {
      if (!dir) throw new Error('The site is built into a folder.');
      const file = path.join(dir, workerFile);
      const build = describe(dir, bundle);
      writeFileSync(file, `self.${buildGlobal}=${JSON.stringify(build)};${readFileSync(file, 'utf8')}`);
    },
  };
}

function describe(dir: string, bundle: Rolldown.OutputBundle): OfflineBuild {
  const studio = closure(bundle, 'studio');
  const others = closure(bundle, ...entriesBesides(bundle, 'studio'));
  const files = Object.keys(bundle).filter((name) => name.startsWith('assets/') && !name.endsWith('.map'));
  const common = files.filter((name) => !rarelyNeeded.test(name) && (studio.has(name) || !others.has(name)));
  const isShell = (name: string) => studio.has(name) || name.endsWith('.css');
  const shell = [...pageFiles, ...common.filter(isShell).map((name) => `/${name}`)];
  const engine = common.filter((name) => !isShell(name)).map((name) => `/${name}`);
  const hash = createHash('sha256').update(JSON.stringify([shell, engine]));
  for (const name of ['index.html', ...pageFiles.slice(1)]) hash.update(readFileSync(path.join(dir, name)));
  return { id: hash.digest('hex').slice(0, 16), shell, engine, shared: sharedFile };
}

const entriesBesides = (bundle: Rolldown.OutputBundle, name: string): string[] =>
  Object.values(bundle).flatMap((each) =>
    each.type === 'chunk' && each.isEntry && each.name !== name ? [each.name] : [],
  );

/** Files of the chunks that these entries load, at once or later. */
function closure(bundle: Rolldown.OutputBundle, ...entries: readonly string[]): Set<string> {
  const found = new Set<string>();
  const visit = (file: string) => {
    const chunk = bundle[file];
    if (found.has(file) || chunk?.type !== 'chunk') return;
    found.add(file);
    for (const next of [...chunk.imports, ...chunk.dynamicImports]) visit(next);
  };
  for (const each of Object.values(bundle)) {
    if (each.type === 'chunk' && each.isEntry && entries.includes(each.name)) visit(each.fileName);
  }
  return found;
}
