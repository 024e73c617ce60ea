/** The served product as a browser and a plain client meet it: routing order and headers of the real edge. */
import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { weightPaths } from '../../shared/manifest';
import { launch, type Session } from './support/chromium';

const edge = inject('edgeUrl');

/** A request with `Sec-Fetch-Mode: navigate`, which fetch does not let a program set (fetch specification, 4.1). */
function navigate(path: string): Promise<{ status: number; type: string }> {
  return new Promise((resolve, reject) => {
    get(`${edge}${path}`, { headers: { 'Sec-Fetch-Mode': 'navigate', Accept: 'text/html' } }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '' });
    }).on('error', reject);
  });
}

describe('the edge', () => {
  it('serves the page under a strict content security policy', async () => {
    const response = await fetch(`${edge}/`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(response.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    const html = await response.text();
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1];
    const asset = await fetch(`${edge}${script}`);
    await asset.arrayBuffer();
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  it('serves weights as immutable files of exactly the promised size', async () => {
    const { networks } = (await (await fetch(`${edge}${weightPaths.index}`)).json()) as {
      networks: { shards: { sha256: string; bytes: number }[] }[];
    };
    const shards = networks.flatMap((network) => network.shards);
    expect(shards.length).toBeGreaterThan(0);
    for (const shard of shards) {
      const response = await fetch(`${edge}${weightPaths.shard(shard.sha256)}`);
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect((await response.arrayBuffer()).byteLength).toBe(shard.bytes);
    }
  });

  it('lets the Worker answer /api to a navigation and to a fetch alike', async () => {
    expect(await navigate('/api/health')).toMatchObject({ status: 200, type: expect.stringMatching(/json/) });
    expect(await navigate('/api/nothing')).toMatchObject({ status: 404, type: expect.stringMatching(/json/) });
    const response = await fetch(`${edge}/api/nothing`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 'not-found' } });
  });

  it('gives the 404 page for a path without a file, to a navigation and to a fetch alike', async () => {
    expect(await navigate('/nothing-here')).toMatchObject({ status: 404, type: expect.stringMatching(/html/) });
    const response = await fetch(`${edge}/nothing-here`);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('There is nothing here.');
  });
});

describe('in Chromium', () => {
  let session: Session;
  beforeAll(async () => {
    session = await launch();
  });
  afterAll(() => session.close());

  it('opens the page without a console error, a failed request or a blocked resource', async () => {
    await session.page.goto(edge, { waitUntil: 'load' });
    await session.page.waitForFunction(() => document.body.textContent.trim().length > 0);
    expect(session.errors).toEqual([]);
    expect(session.requests.every(({ url }) => url.startsWith(edge))).toBe(true);
  });

  it('blocks inline script, so that injected markup runs nothing', async () => {
    const found = await session.page.evaluate(async () => {
      const script = document.createElement('script');
      // Trusted Types let a text node be put there, and stop it where it would run.
      script.append('globalThis.injected = true');
      document.head.append(script);
      const refused = (inject: () => void) => {
        try {
          inject();
          return false;
        } catch {
          return true;
        }
      };
      const texts = refused(() => {
        script.textContent = 'globalThis.injected = true';
      });
      const markup = refused(() =>
        document.body.insertAdjacentHTML('beforeend', '<img src="/" onerror="injected = true">'),
      );
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { ran: 'injected' in globalThis, texts, markup };
    });
    expect(found).toEqual({ ran: false, texts: true, markup: true });
  });
});
