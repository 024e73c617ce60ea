/** GET /embed/:id: the widget's frame. The only page that others may frame. */
import { Hono } from 'hono';
import type { Bindings } from '../bindings';
import { methodNotAllowed } from '../errors';
import { contentSecurityPolicy, framePageHeaders, frames } from './headers';
import { renderFramePage } from './html/framePage';
import { languageOf, themeOf } from './language';
import { rendered } from './rendered';
import { respond, respondFailure, respondMissing, respondNotice } from './respond';
import { type Ask, describeShare, lookUp } from './source';

export const embedPage = (ask: Ask) =>
  new Hono<Bindings>()
    .onError((error, c) => respondFailure(c, error, 'embed'))
    .use(framePageHeaders())
    .get('/:id', async (c) => {
      const { parts, share, state, record } = await lookUp(c, ask, c.req.param('id'));
      const language = languageOf(c, share?.language);
      const theme = themeOf(c);
      const part = parts.frame;
      if (!share) return respondNotice(c, { notice: state, language, part, kind: 'embed', theme });
      if (state === 'reported') {
        return respondNotice(c, { notice: state, language, part, kind: 'embed', theme });
      }
      const page = await rendered(['embed', language, theme ?? '', record], async () => {
        const { t, title, description } = await describeShare(share, language, parts);
        return {
          html: renderFramePage({ share, title, description, language, t, part, theme }),
          policy: contentSecurityPolicy(part, frames.embed),
        };
      });
      return respond(c, page);
    })
    .all('/:id', methodNotAllowed('GET', 'HEAD'))
    .all('*', (c) => respondMissing(c, 'embed'));
