/** What isolates keep at hand: popular shares cost little, and what is deleted is gone, here at once and elsewhere soon. */
import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { limits } from '../../shared/limits';
import type { CreatedShare, PublicShare } from '../../shared/share';
import { createApp } from '../../worker/app';
import { Recently } from '../../worker/recently';
import { type Bill, metered } from './support/metered';
import { create, newAddress, origin } from './support/upload';

const { recentMs, reportsToCover } = limits.share;

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => vi.useRealTimers());
const later = (ms: number) => vi.setSystemTime(Date.now() + ms);

/** This very isolate, and what the request cost. */
async function send(path: string, init: RequestInit = {}): Promise<{ status: number; text: string; bill: Bill }> {
  const { env: storage, bill } = metered();
  const headers = { ...(init.headers as Record<string, string>), 'CF-Connecting-IP': newAddress() };
  const request = new Request(`${origin}${path}`, { ...init, headers });
  const response = await createApp().fetch(request, storage, createExecutionContext());
  return { status: response.status, text: new TextDecoder().decode(await response.arrayBuffer()), bill };
}
const statusOf = async (path: string) => (await send(path)).status;
const remove = ({ id, deleteKey }: CreatedShare) =>
  send(`/api/shares/${id}`, { method: 'DELETE', headers: { Authorization: `Bearer ${deleteKey}` } });
const recordOf = async ({ id }: CreatedShare) => JSON.parse((await send(`/api/shares/${id}`)).text) as PublicShare;

describe('a share that many people open', () => {
  it('should be read from D1 once, as a record, a page, a frame and a picture, and again after a while', async () => {
    const share = await create();
    const { result } = await recordOf(share);
    expect((await send(result.url)).bill.queries).toBe(1);
    for (const path of [`/api/shares/${share.id}`, share.url, `/embed/${share.id}`, result.url]) {
      const { status, bill } = await send(path);
      expect([path, status, bill.queries, bill.rowsRead]).toEqual([path, 200, 0, 0]);
    }
    later(recentMs);
    expect((await send(share.url)).bill.queries).toBe(1);
    expect((await send(result.url)).bill.queries).toBe(1);
  });

  it('should be gone at once where it is deleted, in every form', async () => {
    const share = await create();
    const { result } = await recordOf(share);
    const paths = [`/api/shares/${share.id}`, share.url, `/embed/${share.id}`, `/embed/${share.id}/poster`, result.url];
    for (const path of paths) expect([path, await statusOf(path)]).toEqual([path, 200]);
    expect((await remove(share)).status).toBe(204);
    for (const path of paths) expect([path, await statusOf(path)]).toEqual([path, 410]);
  });

  it('should be gone within seconds where another isolate deleted it', async () => {
    const share = await create();
    const { result } = await recordOf(share);
    expect(await statusOf(result.url)).toBe(200);
    await env.DB.prepare("UPDATE shares SET ended_at = 1, record = '' WHERE id = ?").bind(share.id).run();
    later(recentMs - 1);
    expect(await statusOf(share.url)).toBe(200);
    later(1);
    expect(await statusOf(share.url)).toBe(410);
    expect(await statusOf(result.url)).toBe(410);
  });

  it('should be gone on time when its term ends, however recently it was read', async () => {
    const share = await create();
    await env.DB.prepare('UPDATE shares SET expires_at = ? WHERE id = ?')
      .bind(Date.now() + 1000, share.id)
      .run();
    const { result } = await recordOf(share);
    expect(await statusOf(share.url)).toBe(200);
    expect(await statusOf(result.url)).toBe(200);
    later(1000);
    expect(await statusOf(share.url)).toBe(410);
    expect(await statusOf(result.url)).toBe(410);
  });

  it('should be covered at once where the last report comes in', async () => {
    const share = await create();
    for (let i = 0; i < reportsToCover; i++) {
      expect((await recordOf(share)).state).toBe('live');
      const body = JSON.stringify({ reason: 'private' });
      expect((await send(`/api/shares/${share.id}/reports`, { method: 'POST', body })).status).toBe(202);
    }
    expect((await recordOf(share)).state).toBe('reported');
    expect((await send(`${share.url}?lang=en`)).text).toContain('This picture is covered');
  });

  it('should be found at once when it did not exist a moment ago', async () => {
    const share = await create();
    const id = 'B'.repeat(22);
    expect(await statusOf(`/s/${id}`)).toBe(404);
    const columns = 'record, delete_hash, created_at, expires_at, ended_at, reports';
    await env.DB.prepare(`INSERT INTO shares (id, ${columns}) SELECT ?1, ${columns} FROM shares WHERE id = ?2`)
      .bind(id, share.id)
      .run();
    expect(await statusOf(`/s/${id}`)).toBe(200);
  });
});

describe('Recently', () => {
  const forever = () => Number.POSITIVE_INFINITY;

  it('should keep no value that was read before it changed', async () => {
    const recent = new Recently<string>(10, 1000);
    let answer = (_: string) => {};
    const slow = recent.read('a', 0, () => new Promise((resolve) => (answer = resolve)), forever);
    recent.forget(['a']);
    answer('of before');
    expect(await slow).toBe('of before');
    expect(await recent.read('a', 1, async () => 'of after', forever)).toBe('of after');
  });

  it('should keep those that were used last, and no more than it may', async () => {
    const recent = new Recently<string>(2, 1000);
    const reads: string[] = [];
    const read = (key: string) =>
      recent.read(
        key,
        0,
        async () => {
          reads.push(key);
          return key;
        },
        forever,
      );
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) expect(await read(key)).toBe(key);
    expect(reads).toEqual(['a', 'b', 'c', 'b']);
  });

  it('should hand on what went wrong, and keep none of it', async () => {
    const recent = new Recently<string>(2, 1000);
    await expect(recent.read('a', 0, () => Promise.reject(new Error('down')), forever)).rejects.toThrow('down');
    expect(await recent.read('a', 0, async () => 'up', forever)).toBe('up');
  });
});
