/** Whatever is asked for, however, and whatever is stored: an answer, and never a fault of ours. More in the bench. */
import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { damagedRecords, isFault, type Known, strangeRequest } from '../../tools/bench/edge/requests';
import { createApp } from '../../worker/app';
import { create, draft, newAddress, origin } from './support/upload';

const app = createApp();
/** Straight to the app, for there are many. */
async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (!headers.has('CF-Connecting-IP')) headers.set('CF-Connecting-IP', newAddress());
  return app.fetch(new Request(`${origin}${path}`, { ...init, headers }), env, createExecutionContext());
}

/** One good share, and others whose records are damaged. */
let known: Known;
beforeAll(async () => {
  const shared = await draft();
  const { id } = await create(shared);
  const good = (await env.DB.prepare('SELECT record FROM shares WHERE id = ?').bind(id).first<string>('record')) ?? '';
  const columns = 'delete_hash, created_at, expires_at';
  const ids = damagedRecords(good).map((_, i) => `damaged${String(i).padStart(15, '0')}`);
  await env.DB.batch(
    damagedRecords(good).map((record, i) =>
      env.DB.prepare(
        `INSERT INTO shares (id, record, ${columns}) SELECT ?1, ?2, ${columns} FROM shares WHERE id = ?3`,
      ).bind(ids[i], record, id),
    ),
  );
  const pictures = [`/i/${shared.share.result.sha256}.png`, `/i/${'0'.repeat(64)}.png`, `/w/${'0'.repeat(64)}.bin`];
  await env.WEIGHTS.put(`${'1'.repeat(64)}.bin`, 'x');
  known = { ids: [id, ...ids], pictures: [...pictures, `/w/${'1'.repeat(64)}.bin`] };
});

describe('a share whose record is damaged', () => {
  it('should have a page, a frame and a record, or none, and never break', { timeout: 60_000 }, async () => {
    const opened: number[] = [];
    for (const id of known.ids) {
      for (const path of [
        `/s/${id}`,
        `/embed/${id}`,
        `/api/shares/${id}`,
        `/embed/${id}/poster`,
        `/oembed?url=${origin}/s/${id}`,
      ]) {
        const response = await request(path);
        const text = new TextDecoder().decode(await response.arrayBuffer());
        expect([200, 404], `${path}: ${text.slice(0, 200)}`).toContain(response.status);
        expect(text).not.toMatch(/native code|[\u202a-\u202e\u{e0000}-\u{e007f}]/u);
        if (path.startsWith('/s/')) opened.push(response.status);
      }
    }
    // Names that are those of every object's own members are only names.
    expect(opened.slice(0, 15)).toEqual(Array.from({ length: 15 }, () => 200));
  });
});

describe('an upload that names what every object has', () => {
  it.each(['constructor', 'tostring'])('should be refused or be shown: %s', async (preset) => {
    const { id } = await create(await draft({ recipe: { technique: 'style', version: 2, styles: [{ preset }] } }));
    const page = await request(`/s/${id}`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining(preset)]);
  });
});

describe('addresses deeper than there are any, or with a slash behind them', () => {
  it.each([
    '/s/',
    '/s/abc/',
    '/s/a/b',
    '/embed/a/b',
    '/embed/',
    '/i/a/b',
    '/i/',
    '/w/a/b',
    '/s//x',
    '/embed/a/poster/b',
    '/api//',
    '/figure/a/b',
    '/figure/constructor',
    '/atlas/a/b/c',
  ])('should be nothing: %s', async (path) => {
    for (const Accept of ['text/html', '*/*']) {
      const response = await request(path, { headers: { Accept } });
      expect([path, response.status]).toEqual([path, 404]);
      await response.arrayBuffer();
    }
  });

  it('should be the share, with a slash behind its address', async () => {
    const [id] = known.ids;
    for (const path of [`/s/${id}/`, `/embed/${id}/`, `/api/shares/${id}/`, `${known.pictures[0]}/`]) {
      const response = await request(path);
      expect([path, response.status]).toEqual([path, 200]);
      await response.arrayBuffer();
    }
  });
});

it.each(['/atlas/relu1_1/1', '/figure/x', '/figure', '/s/x', '/embed/x', '/api/health', '/i/x', '/w/x', '/oembed'])(
  'should refuse a method that it does not have: %s',
  async (path) => {
    for (const method of ['PUT', 'PATCH']) {
      const response = await request(path, { method });
      expect([path, response.status]).toEqual([path, path === '/figure' ? 404 : 405]);
      await response.arrayBuffer();
    }
  },
);

describe('conditions (RFC 9110, section 13)', () => {
  const paths = () => [
    known.pictures[0],
    known.pictures[3],
    `/s/${known.ids[0]}`,
    `/embed/${known.ids[0]}/poster`,
    '/api/presets',
  ];
  it.each([0, 1, 2, 3, 4])('should be kept to on every kind of answer: %i', { timeout: 60_000 }, async (i) => {
    const path = paths()[i] ?? '';
    const statusOf = async (headers: Record<string, string>, method: string) => {
      const response = await request(path, { method, headers });
      await response.arrayBuffer();
      return response.status;
    };
    const first = await request(path);
    await first.arrayBuffer();
    const etag = first.headers.get('ETag') ?? '';
    expect(etag).toMatch(/^"[^"]+"$/);
    for (const method of ['GET', 'HEAD']) {
      const status = (headers: Record<string, string>) => statusOf(headers, method);
      expect(await status({ 'If-None-Match': `"x", W/${etag}` })).toBe(304);
      expect(await status({ 'If-Match': etag })).toBe(200);
      expect(await status({ 'If-Match': '"x"', 'If-None-Match': etag })).toBe(412);
      expect(await status({ 'If-None-Match': 'W/"' })).toBe(200);
      expect(await status({ 'If-Match': '"a" "b"' })).toBe(200);
    }
  });
});

it('should answer anything that is asked for with no fault', { timeout: 120_000 }, async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const faults: unknown[] = [];
  let asked = 0;
  const ask = async () => {
    const { method, path, headers, body } = strangeRequest(Math.random, known);
    let init: Request;
    try {
      init = new Request(`${origin}${path}`, { method, headers, body });
    } catch {
      // What cannot be sent.
      return;
    }
    asked++;
    const response = await request(init.url.slice(origin.length), init);
    await response.arrayBuffer();
    if (isFault(response.status, path)) faults.push([response.status, method, path, headers, body]);
  };
  for (let i = 0; i < 25; i++) await Promise.all(Array.from({ length: 10 }, ask));
  expect(asked).toBeGreaterThan(200);
  expect(faults.slice(0, 5)).toEqual([]);
});
