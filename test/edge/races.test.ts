/** Clean-ups and uploads of one picture at once, in workerd over real D1 and R2; all orders there are: unit/edge/protocol. */
import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { limits } from '../../shared/limits';
import type { CreatedShare } from '../../shared/share';
import { createApp } from '../../worker/app';
import { sweep } from '../../worker/shares/sweep';
import { create, type Draft, draft, formOf, newAddress, origin } from './support/upload';

const later = Date.now() + (limits.share.orphanMinutes + 1) * 60_000;
const send = (storage: Env, path: string, init: RequestInit) =>
  createApp().fetch(
    new Request(`${origin}${path}`, { ...init, headers: { ...init.headers, 'CF-Connecting-IP': newAddress() } }),
    storage,
    createExecutionContext(),
  );
const upload = (storage: Env, shared: Draft) => send(storage, '/api/shares', { method: 'POST', body: formOf(shared) });
const remove = (storage: Env, { id, deleteKey }: CreatedShare) =>
  send(storage, `/api/shares/${id}`, { method: 'DELETE', headers: { Authorization: `Bearer ${deleteKey}` } });

/** Storage in which something happens around its first operation of a kind. */
function interrupted(operation: string, when: 'before' | 'after', meanwhile: () => Promise<unknown>): Env {
  let once = false;
  const MEDIA = new Proxy(env.MEDIA, {
    get: (bucket, name) => {
      const method = Reflect.get(bucket, name) as (...args: unknown[]) => unknown;
      return async (...args: unknown[]) => {
        const now = name === operation && !once;
        once ||= now;
        if (now && when === 'before') await meanwhile();
        const result = await method.apply(bucket, args);
        if (now && when === 'after') await meanwhile();
        return result;
      };
    },
  });
  return { ...env, MEDIA };
}

async function expectWhole({ share }: Draft): Promise<void> {
  const { sha256 } = share.result;
  await sweep(env, later);
  const picture = await send(env, `/i/${sha256}.png`, {});
  const bytes = new Uint8Array(await picture.arrayBuffer());
  expect([picture.status, bytes.length]).toEqual([200, share.result.bytes]);
  const named = await env.DB.prepare('SELECT count(*) AS n FROM pictures WHERE sha256 = ?').bind(sha256).first('n');
  expect([named, (await env.MEDIA.list({ prefix: `i/${sha256}` })).objects.length]).toEqual([1, 1]);
}

describe.each(['before', 'after'] as const)('a clean-up that is held up %s its deletion of bytes', (when) => {
  it.each(['delete', 'sweep'] as const)('should take nothing from an upload after another %s', async (other) => {
    const shared = await draft();
    const first = await create(shared);
    let fresh: Response | undefined;
    const slow = interrupted('delete', when, async () => {
      if (other === 'sweep') await sweep(env, later);
      else expect((await remove(env, first)).status).toBe(204);
      fresh = await upload(env, shared);
    });
    expect((await remove(slow, first)).status).toBe(204);
    expect(fresh?.status).toBe(201);
    await expectWhole(shared);
  });

  it('should take nothing from an upload between two sweeps', async () => {
    const shared = await draft();
    const { id } = await create(shared);
    await env.DB.prepare('DELETE FROM shares WHERE id = ?').bind(id).run();
    let fresh: Response | undefined;
    await sweep(
      interrupted('delete', when, async () => {
        await sweep(env, later);
        fresh = await upload(env, shared);
      }),
      later,
    );
    expect(fresh?.status).toBe(201);
    await expectWhole(shared);
  });
});

describe('an upload that is held up', () => {
  it.each(['before', 'after'] as const)(
    '%s it put its bytes should be whole when its twin was deleted meanwhile',
    async (when) => {
      const shared = await draft();
      const twin = await create(shared);
      const slow = interrupted('put', when, async () => expect((await remove(env, twin)).status).toBe(204));
      expect((await upload(slow, shared)).status).toBe(201);
      await expectWhole(shared);
    },
  );
});

describe('bytes that nothing names', () => {
  it('should be found by comparing the bucket with the database, and what shares lack be told', async () => {
    const stray = `i/${'f'.repeat(64)}/gone`;
    await env.MEDIA.put(stray, 'x');
    const shared = await draft();
    await create(shared);
    const { sha256 } = shared.share.result;
    const [object] = (await env.MEDIA.list({ prefix: `i/${sha256}` })).objects;
    await env.MEDIA.delete(object?.key ?? '');
    await sweep(env);
    expect(await env.MEDIA.head(stray)).toBeNull();
    const memory = await env.DB.prepare("SELECT value FROM sweeps WHERE name = 'memory'").first<string>('value');
    expect(JSON.parse(memory ?? '')).toMatchObject({ compared: { strays: 1, missing: 1 } });
  });
});

describe('a sweep on its worst day', () => {
  it('should be done with 55,000 orphans within two hours', { timeout: 120_000 }, async () => {
    const many = 55_000;
    await env.DB.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
       INSERT INTO pictures (sha256, type, stored_at, generation) SELECT printf('%064x', i), 'image/png', 0, 'x' FROM n`,
    )
      .bind(many)
      .run();
    const left = () => env.DB.prepare('SELECT count(*) AS n FROM pictures WHERE stored_at = 0').first<number>('n');
    let sweeps = 0;
    while (((await left()) ?? 0) > 0 && sweeps < 24) {
      sweeps++;
      await sweep(env);
    }
    // One every five minutes (wrangler.toml).
    expect(await left()).toBe(0);
    expect(sweeps).toBeLessThanOrEqual(24);
  });
});
