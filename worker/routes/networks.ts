/** GET /api/networks: the manifest of every network this server has, `{ networks }`. */
import { Hono } from 'hono';
import type { WeightsManifest } from '../../shared/manifest';
import type { Bindings } from '../bindings';
import { methodNotAllowed } from '../errors';
import { serveList } from '../list';

export const networks = new Hono<Bindings>()
  .get('/', (c) => serveList<{ networks: WeightsManifest[] }>(c, '/weights/index.json'))
  .all('/', methodNotAllowed('GET', 'HEAD'));
