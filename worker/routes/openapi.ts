/** GET /api/openapi.json: the interface, for programs. */
import { Hono } from 'hono';
import type { Bindings } from '../bindings';
import { methodNotAllowed } from '../errors';
import { document } from '../openapi';

/** Made at the first request: most isolates never see one. */
let made: ReturnType<typeof document> | undefined;

export const openapi = new Hono<Bindings>()
  .get('/', (c) => {
    made ??= document();
    c.header('Cache-Control', 'public, max-age=3600');
    return c.json(made as object);
  })
  .all('/', methodNotAllowed('GET', 'HEAD'));
