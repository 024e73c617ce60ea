/** GET /s/:id: the page of a share. */
import { Hono } from 'hono';
import type { Bindings } from '../bindings';
import { methodNotAllowed } from '../errors';
import { sharePageHeaders } from './headers';
import { renderSharePage } from './html/sharePage';
import { languageOf } from './language';
import { respond, respondFailure, respondNotice } from './respond';
import { type Ask, describeShare, lookUp } from './source';

export const sharePage = (ask: Ask) =>
  new Hono<Bindings>()
    .onError((error, c) => respondFailure(c, error, 'share'))
    .use(sharePageHeaders())
    .get('/:id', async (c) => {
      const { parts, share, state } = await lookUp(c, ask, c.req.param('id'));
      const language = languageOf(c, share?.language);
      if (!share) return respondNotice(c, { notice: state, language, part: parts.share, kind: 'share' });
      if (state === 'reported' && c.req.query('show') !== '1') {
        return respondNotice(c, { notice: state, language, part: parts.share, kind: 'share' });
      }
      const { t, title, description } = describeShare(share, language, parts);
      const { origin } = new URL(c.req.url);
      return respond(
        c,
        renderSharePage({
          share,
          title,
          description,
          language,
          t,
          part: parts.share,
          origin,
          nonce: c.get('secureHeadersNonce') ?? '',
        }),
      );
    })
    .all('/:id', methodNotAllowed('GET', 'HEAD'));
