/** GET /s/:id: the page of a share. */
import { Hono } from 'hono';
import type { Bindings } from '../bindings';
import { methodNotAllowed } from '../errors';
import { contentSecurityPolicy, frames, sharePageHeaders } from './headers';
import { renderSharePage, shapeOf } from './html/sharePage';
import { languageOf } from './language';
import { rendered, styleHash } from './rendered';
import { respond, respondFailure, respondMissing, respondNotice } from './respond';
import { type Ask, describeShare, lookUp } from './source';

export const sharePage = (ask: Ask) =>
  new Hono<Bindings>()
    .onError((error, c) => respondFailure(c, error, 'share'))
    .use(sharePageHeaders())
    .get('/:id', async (c) => {
      const { parts, share, state, record } = await lookUp(c, ask, c.req.param('id'));
      const language = languageOf(c, share?.language);
      const part = parts.share;
      if (!share) return respondNotice(c, { notice: state, language, part, kind: 'share' });
      if (state === 'reported' && c.req.query('show') !== '1') {
        return respondNotice(c, { notice: state, language, part, kind: 'share' });
      }
      const { origin } = new URL(c.req.url);
      const page = await rendered(['share', language, origin, record], async () => {
        const { t, title, description } = await describeShare(share, language, parts);
        const shape = shapeOf(share);
        return {
          html: renderSharePage({ share, title, description, language, t, part, origin, shape }),
          policy: contentSecurityPolicy(part, frames.share, await styleHash(shape)),
        };
      });
      return respond(c, page);
    })
    .all('/:id', methodNotAllowed('GET', 'HEAD'))
    .all('*', (c) => respondMissing(c, 'share'));
