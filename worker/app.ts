/** Puts the sub-apps together. Each has its own header policy; there is none for all of them (notes in headers.ts). */
import { Hono } from 'hono';
import { api } from './api';
import type { Bindings } from './bindings';
import { pictures } from './routes/pictures';
import { weights } from './routes/weights';

export function createApp() {
  return (
    new Hono<Bindings>()
      .route('/api', api)
      .route('/i', pictures)
      .route('/w', weights)
      // Reached by a plain fetch of a path without a file; a navigation gets the same page without running us.
      .all('*', (c) => c.env.ASSETS.fetch(c.req.raw))
  );
}
