/** GET /embed/:id: the widget's frame. The only page that others may frame. */
import { Hono } from 'hono';
import type { Bindings } from '../bindings';
import { methodNotAllowed } from '../errors';
import { framePageHeaders } from './headers';
import { renderFramePage } from './html/framePage';
import { languageOf, themeOf } from './language';
import { respond, respondFailure, respondNotice } from './respond';
import { type Ask, describeShare, lookUp } from './source';

export const embedPage = (ask: Ask) =>
  new Hono<Bindings>()
    .onError((error, c) => respondFailure(c, error, 'embed'))
    .use(framePageHeaders())
    .get('/:id', async (c) => {
      const { parts, share, state } = await lookUp(c, ask, c.req.param('id'));
      const language = languageOf(c, share?.language);
      const theme = themeOf(c);
      if (!share) return respondNotice(c, { notice: state, language, part: parts.frame, kind: 'embed', theme });
      if (state === 'reported') {
        return respondNotice(c, { notice: state, language, part: parts.frame, kind: 'embed', theme });
      }
      const { t, title, description } = describeShare(share, language, parts);
      return respond(c, renderFramePage({ share, title, description, language, t, part: parts.frame, theme }));
    })
    .all('/:id', methodNotAllowed('GET', 'HEAD'));
