/** The JSON interface under /api: its routes, its headers, and one error shape for everything that goes wrong. */
import { Hono } from 'hono';
import type { Bindings } from './bindings';
import { notFound, toErrorResponse } from './errors';
import { apiHeaders } from './headers';
import { health } from './routes/health';
import { networks } from './routes/networks';
import { openapi } from './routes/openapi';
import { presets } from './routes/presets';
import { shares } from './routes/shares';

const routes = new Hono<Bindings>()
  .route('/health', health)
  .route('/networks', networks)
  .route('/presets', presets)
  .route('/openapi.json', openapi)
  .route('/shares', shares);

/** For the typed client: `hc<ApiType>('/api')`. */
export type ApiType = typeof routes;

export const api = new Hono<Bindings>()
  .use(apiHeaders())
  .onError(toErrorResponse)
  .route('/', routes)
  .all('*', notFound);
