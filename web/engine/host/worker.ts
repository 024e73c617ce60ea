/** Entry of the Web Worker: the local engine, exposed to the page. Bundled by Vite from `client.ts`. */
import type * as Comlink from 'comlink';
import { createLocalEngine } from './engine';
import { exposeEngine } from './expose';

// The worker's global scope is an endpoint; TypeScript's lib for it says so only of its ports.
exposeEngine(globalThis as unknown as Comlink.Endpoint, ({ baseUrl, backend }) =>
  createLocalEngine({ baseUrl, ...(backend && { backend }) }),
);
