/** The pages that the edge renders, inside workerd: markup, metadata, headers, states, oEmbed, the poster. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../shared/recipe';
import type { PublicShare } from '../../shared/share';
import { createApp } from '../../worker/app';
import { embedPage } from '../../worker/pages/embed';
import { pageLanguage } from '../../worker/pages/language';
import { oembed } from '../../worker/pages/oembed';
import { sharePage } from '../../worker/pages/share';
import type { Ask } from '../../worker/pages/source';

const origin = 'https://reverie.test';
const id = 'abcdefghijklmnopqrstuv';
const picture = (name: string, width: number, height: number) => ({
  url: `/i/${name}.jpg`,
  width,
  height,
  type: 'image/jpeg' as const,
  bytes: 100,
});

const share: PublicShare = {
  id,
  title: '"><script>alert(1)</script> & co',
  language: 'ko',
  recipe: parseRecipe({ version: 2, technique: 'style', styles: [{ preset: 'starry-night' }] }),
  result: picture('result', 512, 384),
  card: picture('card', 1200, 630),
  film: null,
  run: { backend: 'webgpu', engine: '0.1.0', seconds: 9, steps: 350 },
  inputs: [],
  createdAt: '2026-11-24T00:00:00Z',
  expiresAt: '2026-12-24T00:00:00Z',
  state: 'live',
};

const answering =
  (status: number, of: Partial<PublicShare> = {}): Ask =>
  async () =>
    status === 200
      ? Response.json({ ...share, ...of })
      : Response.json({ error: { code: status === 410 ? 'gone' : 'not-found', message: '' } }, { status });

const get = (app: ReturnType<typeof sharePage>, path: string, headers: HeadersInit = {}) =>
  app.request(`${origin}${path}`, { headers }, env);

describe('GET /s/:id', () => {
  it('shows the picture with its size, and escapes what the author wrote', async () => {
    const response = await get(sharePage(answering(200)), `/${id}`, { 'Accept-Language': 'en' });
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(html).toContain('src="/i/result.jpg" width="512" height="384"');
    expect(html).not.toContain('<script>alert');
    expect(html).toContain('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; co');
    expect(html).toContain('\\u003cscript>alert(1)');
    expect(html).toContain('Style transfer after The Starry Night by Vincent van Gogh');
    expect(html).toContain('href="/#remix=abcdefghijklmnopqrstuv"');
  });

  it.each([
    [
      'en',
      [
        'View|Occlusion',
        'What relu4_1 misses',
        'Channel|20',
        'Squares|14 along the long side, 13 % of',
        'fall of the answer|31.5 %',
      ],
    ],
    [
      'ko',
      ['보기|가려 보기', 'relu4_1 층이 아쉬워하는 곳', '채널|20', '네모|긴 변에 14개', '가장 많이 줄어든 정도|31.5%'],
    ],
  ])('names a view, how it was looked, and what it measured, %s', async (language, said) => {
    const view = { technique: 'see', view: 'occlusion', layer: 'relu4_1', channel: 20, squares: 14 } as const;
    const seen = { recipe: parseRecipe({ version: 2, ...view }), run: { ...share.run, measured: { fall: 0.315 } } };
    const html = await (await get(sharePage(answering(200, seen)), `/${id}?lang=${language}`)).text();
    const text = html.replace(/<\/dt>\s*<dd>|<\/th>\s*<td>/g, '|').replace(/<[^>]+>/g, '');
    for (const words of said) expect(text).toContain(words);
  });

  it.each([
    ['en', 'Network|reverie-kinds: its first five kinds hold its teacher’s first one for 70 %'],
    ['ko', '신경망|reverie-kinds: 배우지 않은 사진의 70%에서'],
  ])('tells how well the network does that names kinds, %s', async (language, said) => {
    const view = {
      technique: 'see',
      view: 'gradcam',
      network: 'reverie-kinds',
      layer: 'classifier',
      channel: 5,
    } as const;
    const seen = { recipe: parseRecipe({ version: 2, ...view }) };
    const html = await (await get(sharePage(answering(200, seen)), `/${id}?lang=${language}`)).text();
    expect(html.replace(/<\/dt>\s*<dd>|<\/th>\s*<td>/g, '|').replace(/<[^>]+>/g, '')).toContain(said);
  });

  it('gives crawlers an absolute card of 1200 × 630 and the oEmbed link', async () => {
    const html = await (await get(sharePage(answering(200)), `/${id}`)).text();
    for (const [property, content] of [
      ['og:image', `${origin}/i/card.jpg`],
      ['og:image:width', '1200'],
      ['og:image:height', '630'],
      ['og:locale', 'ko_KR'],
      ['og:locale:alternate', 'en_US'],
    ]) {
      expect(html).toContain(`<meta property="${property}" content="${content}">`);
    }
    expect(html).toContain('<meta name="twitter:card" content="summary_large_image">');
    expect(html).toContain('<meta name="robots" content="noindex">');
    expect(html).toMatch(
      /type="application\/json\+oembed" href="https:\/\/reverie\.test\/oembed\?format=json&amp;url=/,
    );
  });

  it('lets by only the style that is in it, no inline script, and no frame around it', async () => {
    const response = await get(sharePage(answering(200)), `/${id}`);
    const html = await response.text();
    const policy = response.headers.get('Content-Security-Policy') ?? '';
    const styles = [...html.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(async ([, style = '']) => {
      const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style));
      return `'sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}'`;
    });
    expect(styles).toHaveLength(2);
    const hashes = await Promise.all(styles);
    expect(/style-src ([^;]*)/.exec(policy)?.[1]?.split(' ').sort()).toEqual(hashes.sort());
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'/);
    expect(html).not.toMatch(/\sstyle=|\son\w+=/);
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(response.headers.get('X-Robots-Tag')).toBe('noindex');
    expect(response.headers.get('Cache-Control')).toBe('no-cache');
  });

  it('is the same bytes under the same ETag for everyone who asks for the same, and others for others', async () => {
    const [one, same, other, elsewhere] = await Promise.all([
      get(sharePage(answering(200)), `/${id}?lang=en`),
      get(sharePage(answering(200)), `/${id}?lang=en`),
      get(sharePage(answering(200)), `/${id}?lang=ko`),
      get(sharePage(answering(200, { title: 'Another' })), `/${id}?lang=en`),
    ]);
    const tags = [one, same, other, elsewhere].map(({ headers }) => headers.get('ETag'));
    expect(tags[0]).toMatch(/^"[0-9a-f]{32}"$/);
    expect(tags[1]).toBe(tags[0]);
    expect(new Set(tags).size).toBe(3);
    const [text, again, korean, another] = await Promise.all(
      [one, same, other, elsewhere].map((response) => response.text()),
    );
    expect(again).toBe(text);
    expect(korean).toContain('<html lang="ko"');
    expect(another).toContain('<h1>Another</h1>');
  });

  it.each(['', 'W/', '"of another", '])('is not sent again to whoever has it, who says so with %s', async (before) => {
    const first = await get(sharePage(answering(200)), `/${id}`);
    await first.body?.cancel();
    const etag = first.headers.get('ETag') ?? '';
    const again = await get(sharePage(answering(200)), `/${id}`, { 'If-None-Match': `${before}${etag}` });
    expect([again.status, await again.text()]).toEqual([304, '']);
    // What a cache must be told again (RFC 9110, section 15.4.5), and what protects the page.
    for (const name of ['ETag', 'Cache-Control', 'Vary', 'Content-Security-Policy', 'X-Frame-Options']) {
      expect(again.headers.get(name), name).toBe(first.headers.get(name));
    }
  });

  it('is sent to whoever has another, and never as 304 once it is gone', async () => {
    const first = await get(sharePage(answering(200)), `/${id}`);
    await first.body?.cancel();
    const etag = first.headers.get('ETag') ?? '';
    const stale = await get(sharePage(answering(200)), `/${id}`, { 'If-None-Match': '"of another"' });
    expect(stale.status).toBe(200);
    await stale.body?.cancel();
    for (const condition of [etag, '*']) {
      const gone = await get(sharePage(answering(410)), `/${id}`, { 'If-None-Match': condition });
      expect(gone.status).toBe(410);
      expect(gone.headers.get('ETag')).toBeNull();
      await gone.body?.cancel();
    }
  });

  it.each([
    [404, 404, 'Nothing hangs here'],
    [410, 410, 'This picture was taken down'],
  ])('answers %i of the record with a page', async (record, status, title) => {
    const response = await get(sharePage(answering(record)), `/${id}`);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(title);
  });

  it('covers what was reported until it is asked for twice', async () => {
    const app = sharePage(answering(200, { state: 'reported' }));
    const covered = await (await get(app, `/${id}`, { 'Accept-Language': 'en' })).text();
    expect(covered).toContain('This picture is covered');
    expect(covered).not.toContain('/i/');
    expect(await (await get(app, `/${id}?show=1`)).text()).toContain('/i/result.jpg');
  });

  it('lays a checkerboard behind a picture that lets something through, and behind no other', async () => {
    const clear = answering(200, { result: { ...share.result, transparent: true } });
    const checkered = '<img id="picture" class="checkered"';
    expect(await (await get(sharePage(clear), `/${id}`)).text()).toContain(checkered);
    expect(await (await get(embedPage(clear), `/${id}`)).text()).toContain(checkered);
    expect(await (await get(sharePage(answering(200)), `/${id}`)).text()).not.toContain('class="checkered"');
  });

  it('looks nothing up for what cannot be an id', async () => {
    const never: Ask = () => Promise.reject(new Error('asked'));
    expect((await get(sharePage(never), '/abc')).status).toBe(404);
  });

  it('refuses to be written to', async () => {
    const response = await sharePage(answering(200)).request(`${origin}/${id}`, { method: 'POST' }, env);
    expect(response.status).toBe(405);
    expect(response.headers.get('Allow')).toBe('GET, HEAD');
    await response.body?.cancel();
  });
});

describe('GET /embed/:id', () => {
  it('may be framed by anybody, isolated hosts too, and nothing else of it is open', async () => {
    const response = await get(embedPage(answering(200)), `/${id}?theme=dark&lang=ko`);
    const html = await response.text();
    const { headers } = response;
    expect(headers.get('Content-Security-Policy')).toContain('frame-ancestors *');
    expect(headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    expect(headers.get('X-Frame-Options')).toBeNull();
    expect(headers.get('Cross-Origin-Resource-Policy')).toBe('cross-origin');
    expect(headers.get('Cross-Origin-Embedder-Policy')).toBe('require-corp');
    expect(html).toContain('<html lang="ko" data-theme="dark">');
  });

  it('shows nothing of what was reported', async () => {
    const html = await (await get(embedPage(answering(200, { state: 'reported' })), `/${id}`)).text();
    expect(html).not.toContain('/i/');
  });
});

describe('what a page asks for by itself', () => {
  /** Pictures of shares are what this test's made-up share has none of. */
  const asked = (html: string) =>
    [
      ...html.matchAll(
        /<(?:link rel="(?:icon|stylesheet|apple-touch-icon|manifest)"[^>]*? href|script[^>]*? src)="([^"]+)"/g,
      ),
    ].map(([, path = '']) => path);
  const notices = { missing: answering(404), gone: answering(410), covered: answering(200, { state: 'reported' }) };
  const pages: Record<string, () => Response | Promise<Response>> = {
    'a share': () => get(sharePage(answering(200)), `/${id}`),
    'a frame': () => get(embedPage(answering(200)), `/${id}`),
    ...Object.fromEntries(
      Object.entries(notices).flatMap(([name, answer]) => [
        [`a notice: ${name}`, () => get(sharePage(answer), `/${id}`)],
        [`a notice in a frame: ${name}`, () => get(embedPage(answer), `/${id}`)],
      ]),
    ),
    'the 404 page': () => env.ASSETS.fetch(`${origin}/404`),
    'the studio': () => env.ASSETS.fetch(`${origin}/`),
  };

  it.each(Object.keys(pages))('is there: %s', async (name) => {
    const paths = asked((await (await pages[name]?.())?.text()) ?? '');
    // Without this link a browser would look for one by itself.
    expect(paths).toContain('/icon.svg');
    for (const path of paths) {
      const response = await env.ASSETS.fetch(`${origin}${path}`);
      await response.body?.cancel();
      expect([path, response.status]).toEqual([path, 200]);
    }
  });

  it('is there where no page says so: beside a picture that is opened alone', async () => {
    const response = await env.ASSETS.fetch(`${origin}/favicon.ico`);
    // An ICO file: reserved, type 1, one picture.
    expect([...new Uint8Array(await response.arrayBuffer()).subarray(0, 6)]).toEqual([0, 0, 1, 0, 1, 0]);
  });
});

describe('GET /oembed', () => {
  const ask = (query: string, answer = answering(200)) => oembed(answer).request(`${origin}/?${query}`, {}, env);
  const url = `url=${encodeURIComponent(`${origin}/s/${id}`)}`;

  it('answers rich, within the bounds, for any site', async () => {
    const response = await ask(`${url}&maxwidth=256`);
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe('*');
    const body = await response.json<Record<string, unknown>>();
    expect(body).toMatchObject({ version: '1.0', type: 'rich', width: 256, height: 192 });
    expect(body.html).toContain(`src="${origin}/embed/${id}" width="256" height="192"`);
    expect(body.html).toContain('title="&quot;&gt;&lt;script&gt;');
    expect(body).not.toHaveProperty('thumbnail_url');
  });

  it('names its thumbnail whole where it fits', async () => {
    expect(await (await ask(url)).json()).toMatchObject({
      thumbnail_url: `${origin}/i/card.jpg`,
      thumbnail_width: 1200,
      thumbnail_height: 630,
    });
  });

  it.each([
    ['', 400],
    ['url=nonsense', 400],
    [`url=${encodeURIComponent(`https://elsewhere.test/s/${id}`)}`, 404],
    [`url=${encodeURIComponent(`${origin}/`)}`, 404],
    [`${url}&format=xml`, 501],
    [`${url}&maxwidth=-1`, 400],
  ])('refuses %s with %i', async (query, status) => {
    const response = await ask(query);
    expect(response.status).toBe(status);
    await response.body?.cancel();
  });

  it('finds nothing that was deleted or reported', async () => {
    expect((await ask(url, answering(410))).status).toBe(410);
    expect((await ask(url, answering(200, { state: 'reported' }))).status).toBe(404);
  });
});

describe('GET /embed/:id/poster', () => {
  it('is not found, in the error shape, for an unknown share', async () => {
    const ctx = { waitUntil() {}, passThroughOnException() {}, props: {} } as unknown as ExecutionContext;
    const response = await createApp().request(`${origin}/embed/${id}/poster`, {}, env, ctx);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 'not-found' } });
  });
});

describe('pageLanguage', () => {
  it.each([
    ['ko', 'en', 'en', 'ko'],
    [undefined, 'fr, ko-KR;q=0.8, en;q=0.9', undefined, 'en'],
    [undefined, 'ko-KR,ko;q=0.9,en;q=0.8', 'en', 'ko'],
    [undefined, 'ko;q=0', undefined, 'en'],
    ['xx', undefined, 'ko', 'ko'],
  ])('of ?lang=%s, Accept-Language %s and author %s is %s', (asked, header, author, chosen) => {
    expect(pageLanguage(asked, header, author)).toBe(chosen);
  });
});
