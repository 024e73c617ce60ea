/** Builds the site if needed and starts the real edge once for all browser tests, which get its address by `inject('edgeUrl')`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { ensureBuilt } from '../../../tools/setup/built.mjs';
import { freePort, startEdge } from '../../../tools/setup/edge.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** Origin of the running edge, without a trailing slash. */
    edgeUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await ensureBuilt('site');
  const state = await mkdtemp(path.join(tmpdir(), 'reverie-edge-'));
  const edge = await startEdge({ port: await freePort(), state });
  project.provide('edgeUrl', edge.url);
  return async () => {
    await edge.stop();
    await rm(state, { recursive: true, force: true });
  };
}
