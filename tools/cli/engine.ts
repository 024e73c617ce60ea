/** The engine of the studio, in this process: weights and presets come from the checkout, not from a server. */
import type { BackendName, Engine } from '../../web/engine/api';
import { createLocalEngine } from '../../web/engine/host/engine';
import { assets } from '../files';
import { provideNodeGpu } from '../nodeGpu';
import { localFetch } from '../weights/localFetch';

/** Never connected to: `localFetch` answers for any origin. */
const baseUrl = 'http://localhost';

/** @param threads of the WASM kernels */
export async function openEngine(backend: BackendName, threads = 1): Promise<Engine> {
  if (backend === 'webgpu') await provideNodeGpu();
  return createLocalEngine({ baseUrl, backend, device: { wasm: { threads } }, fetch: localFetch(assets) });
}
