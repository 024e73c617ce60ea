/** The edge's part in live figures and the atlas: which names there are, headers, oEmbed, what is hostile. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { figureControls, figureRecipe, figures } from '../../shared/figures';
import { parseRecipe } from '../../shared/recipe';
import { recipeVersion } from '../../shared/recipe/version';
import { fieldsOf, keyOf } from '../../shared/techniques/values';
import { createApp } from '../../worker/app';

const origin = 'https://reverie.test';
const context = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} };
const get = (path: string, init: RequestInit = {}) => createApp().request(`${origin}${path}`, init, env, context);

it('has a recipe for every figure, and a picture', async () => {
  let together = 0;
  for (const name of Object.keys(figures)) {
    expect(() => parseRecipe({ version: recipeVersion, ...figureRecipe(name, []) })).not.toThrow();
    const picture = await env.ASSETS.fetch(`${origin}/figures/${name}.webp`);
    expect([name, picture.status, picture.headers.get('Content-Type')]).toEqual([name, 200, 'image/webp']);
    together += (await picture.arrayBuffer()).byteLength;
  }
  // A post with all of them is to be read for 200 kB, its text and the widget's script (20 kB) included.
  expect(together).toBeLessThan(180_000);
});

it('has controls that its recipe has a use for, at most two', () => {
  for (const [name, keys] of Object.entries(figureControls)) {
    const recipe = parseRecipe({ version: recipeVersion, ...figureRecipe(name, []) });
    const used = fieldsOf(recipe.technique).filter((field) => field.when?.(recipe) ?? true);
    const known = keys.filter((key) => used.some((field) => keyOf(field) === key));
    expect([name, known, keys.length <= 2]).toEqual([name, keys, true]);
  }
  expect(Object.keys(figureControls)).toEqual(Object.keys(figures));
});

describe('GET /figure/:name', () => {
  it('may be framed by anybody, with a strict policy, in the language that is asked for', async () => {
    const response = await get('/figure/occlusion?lang=ko');
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(html).toContain('<html lang="ko">');
    expect(html).toContain('data-figure="occlusion"');
    expect(html).not.toContain('{{');
    const policy = response.headers.get('Content-Security-Policy') ?? '';
    expect(policy).toContain('frame-ancestors *');
    expect(policy).toContain("style-src 'self'");
    expect(policy).not.toContain('unsafe-inline');
    expect(response.headers.get('Cross-Origin-Embedder-Policy')).toBe('require-corp');
  });

  it('is light or dark where the page that embeds it says so, and nothing else', async () => {
    expect(await (await get('/figure/gram?theme=dark')).text()).toContain('data-theme="dark"');
    for (const other of ['', '?theme=', '?theme="><script>'])
      expect(await (await get(`/figure/gram${other}`)).text()).not.toContain('data-theme');
  });

  it.each(['no-such', '__proto__', 'constructor', '%3Cscript%3E', 'occlusion/deeper'])('knows no %s', async (name) => {
    const response = await get(`/figure/${name}`);
    expect(response.status).toBe(404);
    expect(await response.text()).not.toContain('<script>');
  });

  it('lists all with the line that embeds them, and takes no other method', async () => {
    const list = await (await get('/figure')).text();
    const korean = await (await get('/figure?lang=ko')).text();
    const named = [...korean.matchAll(/<h2><a [^>]*>([^<]+)/g)].map(([, name = '']) => name);
    expect([named.length, named.filter((name) => !/[가-힣]/.test(name))]).toEqual([Object.keys(figures).length, []]);
    for (const name of Object.keys(figures)) expect(list).toContain(`figure="${name}"`);
    expect((await get('/figure/occlusion', { method: 'POST' })).status).toBe(405);
  });

  it('is put into posts by oEmbed, with its parameters and nothing else of the address', async () => {
    const url = encodeURIComponent(`${origin}/figure/occlusion?channel=3&x="><script>`);
    const body = await (await get(`/oembed?url=${url}&maxwidth=240`)).json<{ html: string; width: number }>();
    expect(body).toMatchObject({ type: 'rich', width: 240, height: 280 });
    expect(body.html).toContain('/figure/occlusion?channel=3');
    expect(body.html).not.toContain('<script>');
    expect((await get(`/oembed?url=${encodeURIComponent(`${origin}/figure/no-such`)}`)).status).toBe(404);
  });
});

it('GET /atlas is one page for every channel', async () => {
  for (const path of ['/atlas', '/atlas/relu4_1', '/atlas/relu4_1/20']) {
    const response = await get(path);
    expect([path, response.status]).toEqual([path, 200]);
    expect(await response.text()).toContain('id="atlas"');
  }
});
