/** Builds the site if its sources have changed: the edge's tests read it as static assets. */
import { ensureBuilt } from '../../tools/setup/built.mjs';

export default async function setup(): Promise<void> {
  await ensureBuilt('site');
}
