/** GET /api/presets: every style preset this server has. */
import { Hono } from 'hono';
import type { PresetIndex } from '../../shared/preset';
import type { Bindings } from '../bindings';
import { methodNotAllowed } from '../errors';
import { serveList } from '../list';

export const presets = new Hono<Bindings>()
  .get('/', (c) => serveList<PresetIndex>(c, '/presets/index.json'))
  .all('/', methodNotAllowed('GET', 'HEAD'));
