/** `npm run dev`: the real edge on this machine, with site, WASM kernels and Worker rebuilt when their sources change. */
import { existsSync, rmSync, utimesSync, watch } from 'node:fs';
import path from 'node:path';
import { build } from 'vite';
import { sitePlugins } from './build/plugins';
import { buildKernels } from './kernels';
import { isFresh, markStale } from './setup/built.mjs';
import { startEdge } from './setup/edge.mjs';
import { root, say } from './setup/process.mjs';

const dist = path.join(root, 'web/dist');
const port = Number(process.env.PORT || 8787);

/** A mistake in a kernel is shown and waited out; Vite rebuilds when the compiled module changes. */
async function compileKernels(): Promise<void> {
  markStale('kernels');
  await buildKernels().catch((error: Error) => say(error.message));
}

/** One save makes several events; the kernels are compiled once, after the last. */
function watchKernels(): void {
  const folder = path.join(root, 'web/engine/device/wasm/assembly');
  if (!existsSync(folder)) return;
  let timer: NodeJS.Timeout | undefined;
  watch(folder, { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => void compileKernels(), 150);
  });
}

/**
 * wrangler takes stock of web/dist at the first change of a rebuild and can miss the files written last. A change
 * after the rebuild makes it look once more.
 */
function announceRebuild(): void {
  setTimeout(() => utimesSync(path.join(dist, '_headers'), new Date(), new Date()), 1000);
}

if (!isFresh('kernels')) await compileKernels();
rmSync(dist, { recursive: true, force: true });
// What the watcher leaves in web/dist is a development build: `npm start` must not take it for its own.
markStale('site');
const watcher = await build({
  configFile: path.join(root, 'web/vite.config.ts'),
  logLevel: 'warn',
  plugins: sitePlugins(),
  // Files of the last build stay until the next start: a page without its scripts is what one would see meanwhile.
  build: { watch: {}, minify: false, emptyOutDir: false, reportCompressedSize: false },
});
if (!('on' in watcher)) throw new Error('vite did not start to watch');
await new Promise<void>((resolve) => {
  watcher.on('event', (event) => {
    if (event.code === 'END') announceRebuild();
    if (event.code === 'END' || event.code === 'ERROR') resolve();
  });
});
watchKernels();

const edge = await startEdge({ port, verbose: true });
say(`developing on ${edge.url} (Ctrl-C stops it)`);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void edge.stop());
await edge.exited;
await watcher.close();
process.exit(0);
