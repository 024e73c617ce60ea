/** Deletions over storage that fails in the middle: the share is whole or gone, and the next try ends it. */
import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import type { CreatedShare } from '../../shared/share';
import { createApp } from '../../worker/app';
import { failingAt } from './support/failing';
import { create, draft, expectError, newAddress, origin, request } from './support/upload';

const remove = ({ id, deleteKey }: CreatedShare, storage: Env) =>
  createApp().fetch(
    new Request(`${origin}/api/shares/${id}`, {
      method: 'DELETE',
      headers: { Authorization: `Bearer ${deleteKey}`, 'CF-Connecting-IP': newAddress() },
    }),
    storage,
    createExecutionContext(),
  );

/** Old enough for its pictures to go at once. */
async function oldShare() {
  const drafted = await draft();
  const share = await create(drafted);
  await env.DB.prepare('UPDATE pictures SET stored_at = 1').run();
  return { share, picture: `/i/${drafted.share.result.sha256}.png`, key: `i/${drafted.share.result.sha256}` };
}

describe('a deletion whose storage fails', () => {
  it('should leave a whole share or none, whichever operation fails, and be finished by the next try', {
    timeout: 60_000,
  }, async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const whole = failingAt(Number.POSITIVE_INFINITY);
    expect((await remove((await oldShare()).share, whole.env)).status).toBe(204);
    expect(whole.operations()).toBeGreaterThanOrEqual(5);
    const outcomes = new Set<number>();
    for (let n = 1; n <= whole.operations(); n++) {
      const { share, picture, key } = await oldShare();
      await expectError(await remove(share, failingAt(n).env), 'unavailable');
      const [record, page, bytes] = await Promise.all(
        [`/api/shares/${share.id}`, share.url, picture].map((path) => request(path)),
      );
      const statuses = [record, page, bytes].map((response) => response?.status ?? 0);
      await Promise.all([record, page, bytes].map((response) => response?.body?.cancel()));
      expect([
        [200, 200, 200],
        [410, 410, 410],
      ]).toContainEqual(statuses);
      outcomes.add(statuses[0] ?? 0);
      expect((await remove(share, env)).status).toBe(204);
      await expectError(await request(share.url.replace('/s/', '/api/shares/')), 'gone');
      expect((await env.MEDIA.list({ prefix: key })).objects).toEqual([]);
    }
    expect(outcomes).toEqual(new Set([200, 410]));
  });
});
