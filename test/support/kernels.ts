/** Compiles the WASM kernels if their sources have changed, before the tests that load them. */
import { ensureBuilt } from '../../tools/setup/built.mjs';

export default async function setup(): Promise<void> {
  await ensureBuilt('kernels');
}
