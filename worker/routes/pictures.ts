/**
 * GET /i/<sha256>.<ext>: a picture of a share. Whatever it really is, a browser may only show it: fixed type, nosniff,
 * sandbox. Any site may embed it, and nobody may keep it for longer than an hour, since it can be deleted.
 */
import { Hono } from 'hono';
import { ReverieError } from '../../shared/errors';
import { extensionOf, type ShareType } from '../../shared/share';
import type { Bindings } from '../bindings';
import { methodNotAllowed, toErrorResponse } from '../errors';
import { mediaHeaders } from '../headers';
import { objectResponse } from '../object';
import { pictureKey } from '../shares/store';

const name = /^(?<sha256>[0-9a-f]{64})\.(?<extension>jpg|png|webp)$/;
const typeOf = Object.fromEntries(Object.entries(extensionOf).map(([type, extension]) => [extension, type])) as Record<
  string,
  ShareType
>;

export const pictures = new Hono<Bindings>()
  .onError(toErrorResponse)
  .use(mediaHeaders())
  .get('/:name', async (c) => {
    const { sha256 = '', extension = '' } = name.exec(c.req.param('name'))?.groups ?? {};
    const found = sha256
      ? await objectResponse(c.env.MEDIA, pictureKey(sha256), c.req.raw, 'public, max-age=3600')
      : null;
    if (found && found.headers.get('Content-Type') === typeOf[extension]) return found;
    await found?.body?.cancel();
    if (!found && sha256 && (await wasShared(c.env.DB, sha256))) {
      throw new ReverieError('gone', 'This picture was deleted or has expired.');
    }
    throw new ReverieError('not-found', 'There is no such picture.');
  })
  .all('/:name', methodNotAllowed('GET', 'HEAD'));

const wasShared = async (DB: D1Database, sha256: string): Promise<boolean> =>
  (await DB.prepare('SELECT 1 FROM share_pictures WHERE sha256 = ?1 LIMIT 1').bind(sha256).first()) !== null;
