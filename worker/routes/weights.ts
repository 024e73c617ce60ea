/** GET /w/<sha256>.bin: shards of imported networks that are too large to be static assets, from R2. */
import { Hono } from 'hono';
import { ReverieError } from '../../shared/errors';
import type { Bindings } from '../bindings';
import { methodNotAllowed, notFound, storageFailed, toErrorResponse } from '../errors';
import { mediaHeaders } from '../headers';
import { objectResponse } from '../object';
import { Misses } from '../shares/misses';

const misses = new Misses();

export const weights = new Hono<Bindings>()
  .onError(toErrorResponse)
  .use(mediaHeaders())
  .get('/:name', async (c) => {
    const name = c.req.param('name');
    if (!/^[0-9a-f]{64}\.bin$/.test(name)) throw new ReverieError('not-found', 'There is no such shard.');
    misses.mayAsk(c);
    // Named by its content and never deleted while a manifest names it.
    const immutable = 'public, max-age=31536000, immutable';
    const found = await objectResponse(c.env.WEIGHTS, name, c.req.raw, immutable).catch(storageFailed);
    if (found) return found;
    await misses.count(c);
    throw new ReverieError('not-found', 'There is no such shard.');
  })
  .all('/:name', methodNotAllowed('GET', 'HEAD'))
  .all('*', notFound);
