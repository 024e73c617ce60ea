/** GET /embed/:id/poster: the picture of a share under an address that the widget knows from the id alone, in one request. */
import { Hono } from 'hono';
import { ReverieError } from '../../shared/errors';
import type { Bindings } from '../bindings';
import { methodNotAllowed, toErrorResponse } from '../errors';
import { openHeaders } from './headers';
import { type Ask, lookUp } from './source';

/** What the picture's own answer says that matters here too. */
const kept = ['Content-Type', 'Content-Length', 'ETag'] as const;

export const poster = (ask: Ask) =>
  new Hono<Bindings>()
    .onError(toErrorResponse)
    .use('/:id/poster', openHeaders())
    .get('/:id/poster', async (c) => {
      const { share, state } = await lookUp(c, ask, c.req.param('id'));
      if (!share || state === 'reported') {
        throw new ReverieError(state === 'gone' ? 'gone' : 'not-found', 'There is no picture to show here.');
      }
      const conditions = ['If-Match', 'If-None-Match'].flatMap((name) => {
        const value = c.req.header(name);
        return value === undefined ? [] : [[name, value] as const];
      });
      const picture = await ask(c, share.result.url, Object.fromEntries(conditions));
      if (![200, 304, 412].includes(picture.status)) {
        await picture.body?.cancel();
        throw new ReverieError('not-found', 'The picture of this share is missing.');
      }
      const headers = new Headers({
        // Short: a share can be deleted at any moment.
        'Cache-Control': 'public, max-age=300',
        'Access-Control-Allow-Origin': '*',
        'X-Robots-Tag': 'noindex',
      });
      for (const name of kept) {
        const value = picture.headers.get(name);
        if (value) headers.set(name, value);
      }
      return new Response(picture.body, { status: picture.status, headers });
    })
    .all('/:id/poster', methodNotAllowed('GET', 'HEAD'));
