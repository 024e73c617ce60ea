/**
 * Builds what is served: the WASM kernels, then the site into web/dist. `--kernels` stops after the first,
 * `--quiet` leaves out the size report. Everything is printed to stderr.
 */
import path from 'node:path';
import { build } from 'vite';
import { offlineFiles } from './build/offline';
import { sitePlugins } from './build/plugins';
import { printReport } from './build/report';
import { buildKernels } from './kernels';
import { fingerprint, isFresh, markBuilt, markStale } from './setup/built.mjs';
import { root } from './setup/process.mjs';

async function compileKernels(): Promise<void> {
  if (isFresh('kernels')) return;
  const inputs = fingerprint('kernels');
  markStale('kernels');
  console.error(`WASM kernels: ${await buildKernels()} bytes`);
  markBuilt('kernels', inputs);
}

async function buildSite(): Promise<void> {
  // Under Vitest it says "test", and Vite would build for developers: larger, with the names of files in it.
  process.env.NODE_ENV = 'production';
  const started = Date.now();
  const inputs = fingerprint('site');
  markStale('site');
  await build({
    configFile: path.join(root, 'web/vite.config.ts'),
    logLevel: 'warn',
    plugins: [...sitePlugins(), offlineFiles()],
  });
  markBuilt('site', inputs);
  console.error(`site: built in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  if (!process.argv.includes('--quiet')) printReport(path.join(root, 'web/dist'));
}

try {
  await compileKernels();
  if (!process.argv.includes('--kernels')) await buildSite();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
