/** What a share costs its operator, in the units that Cloudflare bills. worker/GROWTH.md reckons with these numbers. */
import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { CreatedShare, PublicShare } from '../../shared/share';
import { createApp } from '../../worker/app';
import { logKey, markDone } from '../../worker/shares/logKeys';
import { sweep } from '../../worker/shares/sweep';
import { type Bill, metered } from './support/metered';
import { draft, formOf, newAddress, origin } from './support/upload';

async function send(
  path: string,
  init: RequestInit = {},
): Promise<{ response: Response; body: ArrayBuffer; bill: Bill }> {
  const { env: storage, bill } = metered();
  const headers = { ...(init.headers as Record<string, string>), 'CF-Connecting-IP': newAddress() };
  const sent = new Request(`${origin}${path}`, { ...init, headers });
  const response = await createApp().fetch(sent, storage, createExecutionContext());
  const body = await response.arrayBuffer();
  return { response, body, bill };
}

const json = <T>(body: ArrayBuffer): T => JSON.parse(new TextDecoder().decode(body)) as T;

// Something was deleted before, as it has been wherever there are shares.
await env.DB.prepare(markDone)
  .bind(logKey(1, 'end', 'x'))
  .run();

describe('a share, in rows and operations', () => {
  it('should cost two rows to read, and a picture five rows and one get, among many shares', {
    timeout: 60_000,
  }, async () => {
    const shares: CreatedShare[] = [];
    for (let i = 0; i < 12; i++) {
      const { response, body } = await send('/api/shares', { method: 'POST', body: formOf(await draft()) });
      expect(response.status).toBe(201);
      shares.push(json(body));
    }
    const id = shares[5]?.id ?? '';
    const record = await send(`/api/shares/${id}`);
    expect(record.bill).toEqual({ queries: 1, rowsRead: 2, rowsWritten: 0, classA: 0, classB: 0 });
    const { result } = json<PublicShare>(record.body);
    const picture = await send(result.url);
    expect(picture.bill).toEqual({ queries: 1, rowsRead: 5, rowsWritten: 0, classA: 0, classB: 1 });
  });

  it('should cost fourteen rows and one put for each picture to create', async () => {
    const { response, bill } = await send('/api/shares', { method: 'POST', body: formOf(await draft()) });
    expect(response.status).toBe(201);
    expect(bill.classA).toBe(2);
    expect(bill.rowsWritten).toBeLessThanOrEqual(14);
    // The free plan allows fifty queries in one call; the most pictures that a share may have are eleven.
    expect(bill.queries).toBeLessThanOrEqual(12);
  });

  it('should cost little to delete and to clean up after', async () => {
    const { body } = await send('/api/shares', { method: 'POST', body: formOf(await draft()) });
    const { id, deleteKey } = json<CreatedShare>(body);
    const headers = { Authorization: `Bearer ${deleteKey}` };
    const { response, bill } = await send(`/api/shares/${id}`, { method: 'DELETE', headers });
    expect(response.status).toBe(204);
    expect(bill.rowsWritten).toBeLessThanOrEqual(6);
    await env.DB.prepare('UPDATE shares SET expires_at = 1').run();
    const busy = metered();
    await sweep(busy.env, Date.now() + 2 * 3_600_000);
    expect(await env.DB.prepare('SELECT count(*) AS n FROM shares WHERE ended_at IS NULL').first('n')).toBe(0);
    expect((await env.MEDIA.list()).objects).toEqual([]);
    // However many have expired: the free plan allows fifty queries in one call.
    expect(busy.bill.queries).toBeLessThanOrEqual(12);
  });
});
