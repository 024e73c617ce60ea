/** A create that is sent again: one share, and whoever sent it can always delete it. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { type CreatedShare, clientKeyHeader } from '../../shared/share';
import { draft, expectError, formOf, post, request } from './support/upload';

const newKey = () => crypto.randomUUID();
const count = () => env.DB.prepare('SELECT count(*) AS n FROM shares WHERE ended_at IS NULL').first<number>('n');
const revoke = (key: string) => request('/api/shares', { method: 'DELETE', headers: { [clientKeyHeader]: key } });

describe('a key of the client’s own', () => {
  it('should make one share with one deletion key, however often it is sent', async () => {
    const shared = await draft();
    const headers = { [clientKeyHeader]: newKey() };
    const first = await (await post(formOf(shared), headers)).json<CreatedShare>();
    const before = await count();
    for (let again = 0; again < 3; again++) {
      const response = await post(formOf(shared), headers);
      expect([response.status, await response.json()]).toEqual([201, first]);
    }
    expect(await count()).toBe(before);
    const remove = { method: 'DELETE', headers: { Authorization: `Bearer ${first.deleteKey}` } };
    expect((await request(first.url.replace('/s/', '/api/shares/'), remove)).status).toBe(204);
    await expectError(await post(formOf(shared), headers), 'gone');
  });

  it('should make one share when it is sent several times at once', async () => {
    const shared = await draft();
    const headers = { [clientKeyHeader]: newKey() };
    const before = (await count()) ?? 0;
    const answers = await Promise.all(
      Array.from({ length: 4 }, async () => (await post(formOf(shared), headers)).json<CreatedShare>()),
    );
    expect(new Set(answers.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(await count()).toBe(before + 1);
  });

  it('should not make another share of other things, and be known to nobody', async () => {
    const key = newKey();
    const headers = { [clientKeyHeader]: key };
    const { id, deleteKey } = await (await post(formOf(await draft()), headers)).json<CreatedShare>();
    await expectError(await post(formOf(await draft()), headers), 'share-invalid');
    const row = JSON.stringify(await env.DB.prepare('SELECT * FROM shares WHERE id = ?').bind(id).first());
    expect(row).not.toContain(key);
    expect(row).not.toContain(deleteKey);
  });

  it('should take back what it made, also what comes only after that', async () => {
    const shared = await draft();
    const [made, late] = [newKey(), newKey()];
    const { id } = await (await post(formOf(shared), { [clientKeyHeader]: made })).json<CreatedShare>();
    expect((await revoke(made)).status).toBe(204);
    await expectError(await request(`/api/shares/${id}`), 'gone');
    expect((await revoke(late)).status).toBe(204);
    await expectError(await post(formOf(shared), { [clientKeyHeader]: late }), 'gone');
    expect((await revoke(late)).status).toBe(204);
  });

  it.each(['', 'short', 'x'.repeat(129), 'with spaces and more of them', 'ü'.repeat(22)])(
    'should be refused when it is no key: %s',
    async (key) => {
      const headers = { [clientKeyHeader]: encodeURIComponent(key) === key ? key : 'a b'.repeat(12) };
      await expectError(await post(formOf(await draft()), headers), 'bad-request');
    },
  );
});
