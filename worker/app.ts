/** Puts the sub-apps together. Each has its own header policy; there is none for all of them (notes in headers.ts). */
import { Hono } from 'hono';
import { api } from './api';
import type { Bindings } from './bindings';
import { toErrorResponse } from './errors';
import { missingFile } from './missing';
import { atlasPage } from './pages/atlas';
import { embedPage } from './pages/embed';
import { figurePage } from './pages/figure';
import { oembed } from './pages/oembed';
import { poster } from './pages/poster';
import { sharePage } from './pages/share';
import type { Ask } from './pages/source';
import { pictures } from './routes/pictures';
import { weights } from './routes/weights';

export function createApp() {
  // A slash at the end of an address is nobody's mistake.
  const app = new Hono<Bindings>({ strict: false });
  const ask: Ask = async (c, path, headers = {}) => {
    const request = new Request(new URL(path, c.req.url), { headers });
    // The visitor's network, by which reads are counted.
    const network = c.req.header('CF-Connecting-IP');
    if (network) request.headers.set('CF-Connecting-IP', network);
    return app.fetch(request, c.env, c.executionCtx);
  };
  return app
    .onError(toErrorResponse)
    .route('/api', api)
    .route('/i', pictures)
    .route('/w', weights)
    .route('/s', sharePage(ask))
    .route('/embed', poster(ask))
    .route('/embed', embedPage(ask))
    .route('/atlas', atlasPage())
    .route('/figure', figurePage())
    .route('/oembed', oembed(ask))
    .all('*', missingFile);
}
