/** Static files and the headers that web/public/_headers gives them. */
import { env, exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { weightPaths } from '../../shared/manifest';

const origin = 'https://reverie.test';

async function head(path: string): Promise<Response> {
  const response = await env.ASSETS.fetch(`${origin}${path}`);
  await response.body?.cancel();
  return response;
}

async function someShard(): Promise<string> {
  const response = await exports.default.fetch(new Request(`${origin}${weightPaths.index}`));
  const { networks } = await response.json<{ networks: { shards: { sha256: string }[] }[] }>();
  return weightPaths.shard(networks[0]?.shards[0]?.sha256 ?? 'none');
}

describe('the page', () => {
  it('may run our own scripts and WebAssembly, be framed by nobody, and use the camera', async () => {
    const { status, headers } = await head('/');
    expect(status).toBe(200);
    expect(headers.get('Content-Type')).toMatch(/^text\/html/);
    const policy = (headers.get('Content-Security-Policy') ?? '').split('; ');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("base-uri 'none'");
    expect(policy.join()).not.toMatch(/unsafe-inline|'unsafe-eval'|\*/);
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Permissions-Policy')).toContain('camera=(self)');
    expect(headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin');
    // Isolated, so that threads may share memory.
    expect(headers.get('Cross-Origin-Embedder-Policy')).toBe('require-corp');
    expect(headers.get('Cross-Origin-Resource-Policy')).toBe('same-origin');
  });

  it('is revalidated on every visit', async () => {
    const { headers } = await head('/');
    expect(headers.get('Cache-Control')).toContain('must-revalidate');
    expect(headers.get('ETag')).toMatch(/^"/);
  });

  it('carries no inline script or style, which its own policy would block', async () => {
    const html = await (await env.ASSETS.fetch(`${origin}/`)).text();
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/);
    for (const [, attributes = ''] of html.matchAll(/<script([^>]*)>/g)) expect(attributes).toMatch(/\ssrc=/);
  });

  it('loads only files that are hashed and kept for a year', async () => {
    const html = await (await env.ASSETS.fetch(`${origin}/`)).text();
    const links = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, link = '']) => link);
    expect(links.some((link) => link.endsWith('.js'))).toBe(true);
    for (const link of links) {
      const { status, headers } = await head(link);
      expect(status).toBe(200);
      expect(headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
    }
  });
});

describe('weights and presets', () => {
  it('keep a shard for a year and let any site use it', async () => {
    const { status, headers } = await head(await someShard());
    expect(status).toBe(200);
    expect(headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
    expect(headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(headers.get('Cross-Origin-Resource-Policy')).toBe('cross-origin');
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Content-Encoding')).toBeNull();
  });

  it.each(['/weights/index.json', '/weights/reverie-vgg.json', '/presets/index.json'])(
    'revalidate the list %s',
    async (path) => {
      const { status, headers } = await head(path);
      expect(status).toBe(200);
      expect(headers.get('Cache-Control')).toBe('public, max-age=0, must-revalidate');
      expect(headers.get('Access-Control-Allow-Origin')).toBe('*');
      expect(headers.get('Cross-Origin-Resource-Policy')).toBe('cross-origin');
    },
  );
});

describe('a path without a file', () => {
  it('gives the 404 page through the Worker', async () => {
    const response = await exports.default.fetch(new Request(`${origin}/nothing-here`));
    expect(response.status).toBe(404);
    expect(response.headers.get('Content-Type')).toMatch(/^text\/html/);
    expect(await response.text()).toContain('There is nothing here.');
  });
});

describe('what is not there', () => {
  it.each([
    ...[
      '/assets/studio-AbCdEf12.js',
      `/weights/${'0'.repeat(64)}.bin`,
      `/presets/${'0'.repeat(64)}.bin`,
      '/nothing',
      '/a/b',
    ],
  ])('should be kept by nobody: %s', async (path) => {
    for (const mode of ['navigate', 'cors']) {
      const headers = { 'Sec-Fetch-Mode': mode };
      const answers = [
        await exports.default.fetch(new Request(`${origin}${path}`, { headers })),
        // Those that the router does not ask the Worker about.
        ...(path.endsWith('.bin') ? [await env.ASSETS.fetch(`${origin}${path}`, { headers })] : []),
      ];
      for (const answer of answers) {
        await answer.arrayBuffer();
        expect([path, answer.status]).toEqual([path, 404]);
        expect(answer.headers.get('Cache-Control')).toMatch(/^no-(store|cache)$/);
      }
    }
  });

  it('should be told by a page, in the headers of a page', async () => {
    const response = await exports.default.fetch(new Request(`${origin}/nothing`));
    expect(response.headers.get('Content-Type')).toMatch(/^text\/html/);
    expect(response.headers.get('Content-Security-Policy')).toContain("require-trusted-types-for 'script'");
    expect(await response.text()).toContain('<html');
  });
});
