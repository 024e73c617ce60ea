/** /api/shares: create, read, delete and report a share. */
import { Hono } from 'hono';
import * as v from 'valibot';
import { ReverieError } from '../../shared/errors';
import { invalidField } from '../../shared/invalid';
import { type CreatedShare, deleteKeySchema, type PublicShare, reportSchema, shareIdSchema } from '../../shared/share';
import type { Bindings } from '../bindings';
import { methodNotAllowed, storageFailed } from '../errors';
import { hashedNetwork, limited, sameOriginOnly, whileUploadsAreOn, withinDailyQuota } from '../shares/guards';
import { createShare, deleteShare, readRecentShare, reportShare } from '../shares/store';
import { readBounded, readUpload } from '../shares/upload';

/** Bytes of a report. */
const maxReportBytes = 4096;

export const shares = new Hono<Bindings>()
  .post('/', sameOriginOnly(), whileUploadsAreOn(), limited('CREATE_LIMIT'), withinDailyQuota(), async (c) => {
    const created: CreatedShare = await createShare(c.env, await readUpload(c.req.raw)).catch(storageFailed);
    c.header('Cache-Control', 'no-store');
    c.header('Location', created.url);
    return c.json(created, 201);
  })
  .all('/', methodNotAllowed('POST'))
  .get('/:id', limited('READ_LIMIT'), async (c) => {
    const { share, state } = await readRecentShare(c.env, idOf(c.req.param('id'))).catch(storageFailed);
    if (state === 'gone') throw new ReverieError('gone', 'This share was deleted or has expired.');
    if (!share) throw new ReverieError('not-found', 'There is no such share.');
    // It may be deleted at any moment.
    c.header('Cache-Control', 'no-cache');
    const answer: PublicShare = share;
    return c.json(answer);
  })
  .delete('/:id', sameOriginOnly(), limited('READ_LIMIT'), async (c) => {
    const [scheme, key] = (c.req.header('Authorization') ?? '').split(' ');
    if (scheme !== 'Bearer' || !v.is(deleteKeySchema, key)) {
      throw new ReverieError('share-key-wrong', 'Send the deletion key as "Authorization: Bearer <key>".');
    }
    await deleteShare(c.env, idOf(c.req.param('id')), key).catch(storageFailed);
    return c.body(null, 204);
  })
  .all('/:id', methodNotAllowed('GET', 'HEAD', 'DELETE'))
  .post('/:id/reports', sameOriginOnly(), limited('REPORT_LIMIT'), async (c) => {
    const body = new TextDecoder().decode(await readBounded(c.req.raw, maxReportBytes));
    const report = v.safeParse(reportSchema, parseJson(body));
    if (!report.success) throw invalidField('bad-request', 'Report', report.issues);
    await reportShare(c.env, idOf(c.req.param('id')), await hashedNetwork(c), report.output).catch(storageFailed);
    return c.body(null, 202);
  })
  .all('/:id/reports', methodNotAllowed('POST'));

/** What cannot be an id is not looked up. */
function idOf(text: string): string {
  if (v.is(shareIdSchema, text)) return text;
  throw new ReverieError('not-found', 'There is no such share.');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
