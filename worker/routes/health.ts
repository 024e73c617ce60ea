/** GET /api/health: the Worker runs, and which version it is. */
import { Hono } from 'hono';
import { version } from '../../package.json';
import type { Bindings } from '../bindings';
import { methodNotAllowed } from '../errors';

export const health = new Hono<Bindings>()
  .get('/', (c) => {
    c.header('Cache-Control', 'no-store');
    return c.json({ status: 'ok' as const, version });
  })
  .all('/', methodNotAllowed('GET', 'HEAD'));
