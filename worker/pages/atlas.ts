/** GET /atlas/:layer/:channel: one file for all of them, which reads its address; it says itself where there is nothing. */
import { Hono } from 'hono';
import type { Bindings } from '../bindings';
import { methodNotAllowed } from '../errors';
import { missingFile } from '../missing';

export const atlasPage = () =>
  new Hono<Bindings>()
    .get('/:layer?/:channel?', (c) => c.env.ASSETS.fetch(new Request(new URL('/atlas', c.req.url), c.req.raw)))
    .all('/:layer?/:channel?', methodNotAllowed('GET', 'HEAD'))
    .all('*', missingFile);
