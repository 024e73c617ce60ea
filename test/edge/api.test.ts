/** The Worker inside workerd, with the built site as its static assets. */
import { exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { version } from '../../package.json';
import { errorCodes } from '../../shared/errors';

const origin = 'https://reverie.test';

/** The Worker as Cloudflare calls it. */
function request(path: string, init?: RequestInit): Promise<Response> {
  return exports.default.fetch(new Request(`${origin}${path}`, init));
}

async function expectError(response: Response, code: keyof typeof errorCodes): Promise<string> {
  expect(response.status).toBe(errorCodes[code].status);
  expect(response.headers.get('Content-Type')).toMatch(/^application\/json/);
  expect(response.headers.get('Cache-Control')).toBe('no-store');
  const body = await response.json<{ error: { code: string; message: string } }>();
  expect(Object.keys(body)).toEqual(['error']);
  expect(Object.keys(body.error).sort()).toEqual(['code', 'message']);
  expect(body.error.code).toBe(code);
  return body.error.message;
}

function expectApiHeaders(response: Response): void {
  const { headers } = response;
  expect(headers.get('Content-Security-Policy')).toBe("default-src 'none'; frame-ancestors 'none'");
  expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
  expect(headers.get('X-Frame-Options')).toBe('DENY');
  expect(headers.get('Cross-Origin-Resource-Policy')).toBe('same-origin');
  expect(headers.get('Referrer-Policy')).toBe('no-referrer');
  expect(headers.get('Strict-Transport-Security')).toContain('max-age=');
  expect(headers.get('Access-Control-Allow-Origin')).toBeNull();
}

describe('GET /api/health', () => {
  it('tells the version and is never cached', async () => {
    const response = await request('/api/health');
    expect(response.status).toBe(200);
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    expect(await response.json()).toEqual({ status: 'ok', version });
    expectApiHeaders(response);
  });

  it('answers HEAD without a body', async () => {
    const response = await request('/api/health', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });
});

describe.each(['/api/networks', '/api/presets'])('GET %s', (path) => {
  it('answers JSON that must be revalidated, with a strong ETag', async () => {
    const response = await request(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=0, must-revalidate');
    expect(response.headers.get('ETag')).toMatch(/^"[^"]+"$/);
    expectApiHeaders(response);
    await response.body?.cancel();
  });

  it('answers 304 without a body to its own ETag', async () => {
    const first = await request(path);
    await first.body?.cancel();
    const etag = first.headers.get('ETag') ?? '';
    const second = await request(path, { headers: { 'If-None-Match': etag } });
    expect(second.status).toBe(304);
    expect(second.headers.get('ETag')).toBe(etag);
    expect(second.headers.get('Content-Type')).toBeNull();
    expect(await second.text()).toBe('');
    expectApiHeaders(second);
  });

  it('sends the list again to another ETag', async () => {
    const response = await request(path, { headers: { 'If-None-Match': '"of-an-older-deployment"' } });
    expect(response.status).toBe(200);
    expect(Object.keys(await response.json<object>()).length).toBeGreaterThan(0);
  });
});

describe('anything else under /api', () => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    'refuses %s with 405 and says what is allowed',
    async (method) => {
      for (const path of ['/api/health', '/api/networks', '/api/presets']) {
        const response = await request(path, { method });
        expect(response.headers.get('Allow')).toBe('GET, HEAD');
        expectApiHeaders(response);
        expect(await expectError(response, 'method-not-allowed')).toContain(method);
      }
    },
  );

  it.each(['/api', '/api/', '/api/nothing', '/api/networks/reverie-vgg', '/api/<script>'])(
    'answers 404 in the error shape at %s',
    async (path) => {
      const response = await request(path);
      expectApiHeaders(response);
      await expectError(response, 'not-found');
    },
  );

  it('answers 404 to a write at an unknown path too', async () => {
    await expectError(await request('/api/nothing', { method: 'POST', body: '{}' }), 'not-found');
  });
});
