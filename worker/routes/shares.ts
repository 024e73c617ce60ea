/** /api/shares: create, read, delete and report a share. */
import { Hono } from 'hono';
import * as v from 'valibot';
import { ReverieError } from '../../shared/errors';
import { invalidField } from '../../shared/invalid';
import {
  type CreatedShare,
  clientKeyHeader,
  clientKeySchema,
  deleteKeySchema,
  type PublicShare,
  reportSchema,
  shareIdSchema,
} from '../../shared/share';
import type { Bindings } from '../bindings';
import { methodNotAllowed, storageFailed } from '../errors';
import { count } from '../metrics';
import {
  countIn,
  countUpload,
  hashedReporter,
  limited,
  sameOriginOnly,
  whileUploadsAreOn,
  withinDailyQuota,
} from '../shares/guards';
import { readRecentShare } from '../shares/read';
import { reportShare } from '../shares/reports';
import { createShare, deleteShare, revokeKey } from '../shares/store';
import { readBounded, readUpload } from '../shares/upload';

/** Bytes of a report. */
const maxReportBytes = 4096;

export const shares = new Hono<Bindings>()
  .post(
    '/',
    sameOriginOnly(),
    whileUploadsAreOn(),
    limited('CREATE_LIMIT', 'CREATE_PARTY_LIMIT'),
    withinDailyQuota(),
    async (c) => {
      const key = clientKeyOf(c.req.header(clientKeyHeader));
      const created: CreatedShare = await createShare(c.env, await readUpload(c.req.raw), key).catch(storageFailed);
      count(c.env, 'create', 'share');
      c.header('Cache-Control', 'no-store');
      c.header('Location', created.url);
      return c.json(created, 201);
    },
  )
  .delete('/', sameOriginOnly(), limited('READ_LIMIT'), async (c) => {
    const key = clientKeyOf(c.req.header(clientKeyHeader));
    if (key === undefined)
      throw new ReverieError('bad-request', `Say which key made the share, as ${clientKeyHeader}.`);
    // What comes before its upload takes room of its own, as an upload does.
    const count = async () => {
      for (const limiter of ['CREATE_LIMIT', 'CREATE_PARTY_LIMIT'] as const) await countIn(c, limiter);
      await countUpload(c);
    };
    await revokeKey(c.env, key, count).catch(storageFailed);
    return c.body(null, 204);
  })
  .all('/', methodNotAllowed('POST', 'DELETE'))
  .get('/:id', limited('READ_LIMIT'), async (c) => {
    const { share, state } = await readRecentShare(c.env, idOf(c.req.param('id'))).catch(storageFailed);
    if (state === 'gone') throw new ReverieError('gone', 'This share was deleted or has expired.');
    if (!share) throw new ReverieError('not-found', 'There is no such share.');
    // It may be deleted at any moment.
    c.header('Cache-Control', 'no-cache');
    const answer: PublicShare = share;
    return c.json(answer);
  })
  .delete('/:id', sameOriginOnly(), async (c) => {
    const [scheme, key] = (c.req.header('Authorization') ?? '').split(' ');
    const id = idOf(c.req.param('id'));
    // Whoever has the key deletes, whatever the others of this network do; guessing is what is counted.
    const wrong = async () => {
      await countIn(c, 'READ_LIMIT');
      throw new ReverieError('share-key-wrong', 'Send the share’s deletion key as "Authorization: Bearer <key>".');
    };
    if (scheme !== 'Bearer' || !v.is(deleteKeySchema, key)) return wrong();
    if (!(await deleteShare(c.env, id, key).catch(storageFailed))) return wrong();
    return c.body(null, 204);
  })
  .all('/:id', methodNotAllowed('GET', 'HEAD', 'DELETE'))
  .post('/:id/reports', sameOriginOnly(), limited('REPORT_LIMIT'), async (c) => {
    const body = new TextDecoder().decode(await readBounded(c.req.raw, maxReportBytes));
    const report = v.safeParse(reportSchema, parseJson(body));
    if (!report.success) throw invalidField('bad-request', 'Report', report.issues);
    await reportShare(c.env, idOf(c.req.param('id')), await hashedReporter(c), report.output).catch(storageFailed);
    return c.body(null, 202);
  })
  .all('/:id/reports', methodNotAllowed('POST'));

/** What cannot be an id is not looked up. */
function idOf(text: string): string {
  if (v.is(shareIdSchema, text)) return text;
  throw new ReverieError('not-found', 'There is no such share.');
}

function clientKeyOf(text: string | undefined): string | undefined {
  if (text === undefined || v.is(clientKeySchema, text)) return text;
  throw new ReverieError('bad-request', `${clientKeyHeader} is 22 to 128 letters, digits, "-" and "_", by chance.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
