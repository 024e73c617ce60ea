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
import { pictureKey, pictureState } from '../shares/store';

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
    if (sha256) {
      // D1 says whether it may be seen: bytes in R2 may outlive their last share by an hour. Asked together, since
      // each may be an ocean away.
      const [state, found] = await Promise.all([
        pictureState(c.env, sha256),
        objectResponse(c.env.MEDIA, pictureKey(sha256), c.req.raw, 'public, max-age=3600'),
      ]);
      if (found && state === 'live' && found.headers.get('Content-Type') === typeOf[extension]) return found;
      await found?.body?.cancel();
      if (state === 'gone') throw new ReverieError('gone', 'This picture was deleted or has expired.');
    }
    throw new ReverieError('not-found', 'There is no such picture.');
  })
  .all('/:name', methodNotAllowed('GET', 'HEAD'));
