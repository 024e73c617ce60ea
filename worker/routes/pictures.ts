/**
 * GET /i/<sha256>.<ext>: a picture of a share. Whatever it really is, a browser may only show it: fixed type, nosniff,
 * sandbox. Any site may embed it, and nobody may keep it for longer than an hour, since it can be deleted.
 */
import { type Context, Hono } from 'hono';
import { ReverieError } from '../../shared/errors';
import { extensionOf, type ShareType } from '../../shared/share';
import type { Bindings } from '../bindings';
import { methodNotAllowed, notFound, storageFailed, toErrorResponse } from '../errors';
import { mediaHeaders } from '../headers';
import { objectResponse } from '../object';
import { Misses } from '../shares/misses';
import { keyOf } from '../shares/protocol';
import { isAtHand, pictureState } from '../shares/read';

const name = /^(?<sha256>[0-9a-f]{64})\.(?<extension>jpg|png|webp)$/;
const typeOf = new Map<string, ShareType>(
  Object.entries(extensionOf).map(([type, extension]) => [extension, type as ShareType]),
);
const misses = new Misses();

export const pictures = new Hono<Bindings>()
  .onError(toErrorResponse)
  .use(mediaHeaders())
  .get('/:name', async (c) => {
    const { sha256 = '', extension = '' } = name.exec(c.req.param('name'))?.groups ?? {};
    if (!sha256) throw new ReverieError('not-found', 'There is no such picture.');
    if (!isAtHand(sha256)) misses.mayAsk(c);
    const picture = await read(c, sha256).catch(storageFailed);
    if (picture && picture.headers.get('Content-Type') === typeOf.get(extension)) return picture;
    await picture?.body?.cancel();
    await misses.count(c);
    throw new ReverieError('not-found', 'There is no such picture.');
  })
  .all('/:name', methodNotAllowed('GET', 'HEAD'))
  .all('*', notFound);

/** D1 says whether it may be seen, and where it lies. @throws ReverieError `gone` */
async function read(c: Context<Bindings>, sha256: string): Promise<Response | null> {
  // What was at hand may have been deleted and shared again meanwhile, and lie elsewhere now.
  for (const anew of [false, true]) {
    const found = await pictureState(c.env, sha256, anew);
    if (found.state === 'gone') throw new ReverieError('gone', 'This picture was deleted or has expired.');
    if (found.state !== 'live') return null;
    const key = keyOf({ sha256, generation: found.generation });
    const picture = await objectResponse(c.env.MEDIA, key, c.req.raw, 'public, max-age=3600');
    if (picture) return picture;
  }
  return null;
}
