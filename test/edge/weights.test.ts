/** Shards of imported networks, from R2: named by their content, kept for ever, in parts if asked. */
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectError, request } from './support/upload';

const bytes = crypto.getRandomValues(new Uint8Array(50_000));
let path = '';
beforeAll(async () => {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const name = `${[...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')}.bin`;
  await env.WEIGHTS.put(name, bytes);
  path = `/w/${name}`;
});

describe('GET /w/<sha256>.bin', () => {
  it('should be the shard, for any site and for a year', async () => {
    const response = await request(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('Content-Type')).toBe('application/octet-stream');
    expect(response.headers.get('Content-Length')).toBe('50000');
    expect(response.headers.get('Content-Encoding')).toBeNull();
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(response.headers.get('Cross-Origin-Resource-Policy')).toBe('cross-origin');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
  });

  it.each<[string, number, number]>([
    ['bytes=0-0', 0, 1],
    ['bytes=100-199', 100, 200],
    ['bytes=49990-', 49_990, 50_000],
    ['bytes=49990-99999', 49_990, 50_000],
    ['bytes=-10', 49_990, 50_000],
    ['bytes=-99999', 0, 50_000],
  ])('should be the part that %s asks for', async (range, from, to) => {
    const response = await request(path, { headers: { Range: range } });
    expect(response.status).toBe(206);
    expect(response.headers.get('Content-Range')).toBe(`bytes ${from}-${to - 1}/50000`);
    expect(response.headers.get('Content-Length')).toBe(String(to - from));
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes.subarray(from, to));
  });

  it.each(['bytes=50000-', 'bytes=99999-100000', 'bytes=-0'])('should answer 416 to %s', async (range) => {
    const response = await request(path, { headers: { Range: range } });
    expect(response.status).toBe(416);
    expect(response.headers.get('Content-Range')).toBe('bytes */50000');
    await response.body?.cancel();
  });

  it.each(['bytes=5-2', 'bytes=0-1,4-5', 'lines=1-2', 'bytes=-', 'bytes=x-y', 'bytes=99999999999999999999-'])(
    'should not be broken by %s',
    async (range) => {
      const response = await request(path, { headers: { Range: range } });
      expect([200, 416]).toContain(response.status);
      await response.body?.cancel();
    },
  );

  it('should not be sent again to whoever has it, and in part only while it is the same', async () => {
    const etag = (await request(path, { method: 'HEAD' })).headers.get('ETag') ?? '';
    expect(etag).toMatch(/^"[^"]+"$/);
    const unchanged = await request(path, { headers: { 'If-None-Match': etag } });
    expect([unchanged.status, unchanged.headers.get('ETag'), await unchanged.text()]).toEqual([304, etag, '']);
    const same = await request(path, { headers: { Range: 'bytes=0-3', 'If-Range': etag } });
    expect([same.status, (await same.arrayBuffer()).byteLength]).toEqual([206, 4]);
    const other = await request(path, { headers: { Range: 'bytes=0-3', 'If-Range': '"of another"' } });
    expect([other.status, (await other.arrayBuffer()).byteLength]).toEqual([200, 50_000]);
  });

  it.each(['/w/nothing', `/w/${'0'.repeat(64)}.bin`, `/w/${'0'.repeat(64)}`, '/w/..%2f..%2fsecret'])(
    'should not be found at %s',
    async (missing) => {
      await expectError(await request(missing), 'not-found');
    },
  );

  it('should be reached by a navigation too, and by no write', async () => {
    const navigation = await request(path, { headers: { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' } });
    expect(navigation.headers.get('Content-Security-Policy')).toBe("default-src 'none'; sandbox");
    await navigation.body?.cancel();
    await expectError(await request(path, { method: 'PUT', body: 'x' }), 'method-not-allowed');
  });
});
