/**
 * Three kinds of tests. `unit` runs in Node and starts at once; `edge` runs inside workerd, as the Worker does;
 * `browser` drives a real Chromium against the real edge, one file after another.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-pool-workers';
import { defineConfig } from 'vitest/config';

// Miniflare would otherwise fetch a sample of Cloudflare's request properties from the network.
process.env.CLOUDFLARE_CF_FETCH_ENABLED = 'false';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Vitest alone would leave a core to itself, which of two is half the machine. */
const maxWorkers = availableParallelism();
const oxc = { jsx: { runtime: 'automatic', importSource: 'preact' } } as const;

export default defineConfig({
  root,
  test: {
    // TensorFlow.js greets every Node process with an advertisement of its native binding.
    onConsoleLog: (log) => (log.includes('looks like you are running TensorFlow.js in Node.js') ? false : undefined),
    // In the order of their writing: browser/support/failures.ts looks at the pages before the tests close them.
    sequence: { hooks: 'list' },
    projects: [
      {
        root,
        oxc,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/unit/**/*.test.{ts,tsx}'],
          globalSetup: ['test/support/kernels.ts'],
          maxWorkers,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        root,
        plugins: [
          cloudflareTest({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: { bindings: { TEST_MIGRATIONS: await readD1Migrations(`${root}/worker/migrations`) } },
          }),
        ],
        test: {
          name: 'edge',
          include: ['test/edge/**/*.test.ts'],
          setupFiles: ['test/edge/support/migrations.ts'],
          globalSetup: ['test/support/site.ts'],
          maxWorkers,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        root,
        oxc,
        test: {
          name: 'browser',
          environment: 'node',
          include: ['test/browser/**/*.test.ts'],
          setupFiles: ['test/browser/support/failures.ts'],
          globalSetup: ['test/browser/support/global.ts'],
          // A run on a software GPU fills the machine: two at once measure each other.
          fileParallelism: false,
          // One process for all files: a new one takes as long as a small test.
          isolate: false,
          testTimeout: 240_000,
          hookTimeout: 120_000,
          // How long a page on a busy machine may take for what it does at once on a quiet one; what is never to happen is still told.
          expect: { poll: { timeout: 30_000 } },
          // A shared machine can stop a browser for seconds. What failed at first is told all the same, with its page (failures.ts).
          retry: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
