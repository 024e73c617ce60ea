/** GET /figure/:name: a live figure in a frame; its file is filled in with the name, once that is known to be one. */
import { Hono } from 'hono';
import { figurePaths } from '../../shared/figurePaths';
import { figures, isFigure } from '../../shared/figures';
import { pageWords } from '../../shared/words/pages';
import type { Bindings } from '../bindings';
import { methodNotAllowed } from '../errors';
import { contentSecurityPolicy, framePageHeaders, frames } from './headers';
import { languageOf, themeOf } from './language';
import { respondFailure, respondMissing } from './respond';

/** Of the build (web/figure-frame.html), as files are asked for. */
const file = '/figure-frame';

export const figurePage = () =>
  new Hono<Bindings>()
    .onError((error, c) => respondFailure(c, error, 'embed'))
    .use(framePageHeaders())
    .get('/', async (c) => {
      const { origin } = new URL(c.req.url);
      const language = languageOf(c);
      const { figure } = await pageWords(language);
      const rows = Object.keys(figures).map((name) => {
        const code = `&lt;reverie-embed figure="${name}" width="480" height="360">&lt;/reverie-embed>`;
        const still = `<img src="${figurePaths.picture(name)}" alt="" loading="lazy">`;
        const link = `<a href="${figurePaths.page(name)}">${figure.names[name] ?? name}</a>`;
        return `<section><h2>${link}</h2>${still}<pre><code>${code}</code></pre></section>`;
      });
      const script = `&lt;script async src="${origin}/embed.js">&lt;/script>`;
      const { heading, intro } = figure.list;
      const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="description" content="${intro}"><link rel="stylesheet" href="/figures.css">`;
      const start = `<h1>${heading}</h1><p>${intro}</p><pre><code>${script}</code></pre>`;
      c.header('Content-Security-Policy', contentSecurityPolicy({ styleHash: 'self' }, frames.share));
      c.header('Cache-Control', 'no-cache');
      return c.html(
        `<!doctype html><html lang="${language}"><head>${head}<title>Reverie: ${heading}</title></head><body><main>${start}<div class="list">${rows.join('')}</div></main></body></html>`,
      );
    })
    .get('/:name', async (c) => {
      const name = c.req.param('name');
      if (!isFigure(name)) return respondMissing(c, 'embed');
      const language = languageOf(c);
      const [{ figure }, asset] = await Promise.all([
        pageWords(language),
        c.env.ASSETS.fetch(new URL(file, c.req.url)),
      ]);
      const { origin } = new URL(c.req.url);
      const theme = themeOf(c);
      const values: Readonly<Record<string, string>> = {
        NAME: name,
        TITLE: figure.title(figure.names[name] ?? name),
        START: figure.start,
        NOSCRIPT: figure.noScript,
        OEMBED: `/oembed?url=${encodeURIComponent(origin + figurePaths.page(name))}`,
      };
      const html = (await asset.text())
        .replaceAll(/\{\{(\w+)\}\}/g, (_, key: string) => values[key] ?? '')
        .replace('lang="en"', `lang="${language}"${theme ? ` data-theme="${theme}"` : ''}`);
      // Its sheet is a file, as on every page that is one.
      c.header('Content-Security-Policy', contentSecurityPolicy({ styleHash: 'self' }, frames.embed));
      c.header('Cache-Control', 'no-cache');
      return c.html(html);
    })
    .all('/:name', methodNotAllowed('GET', 'HEAD'))
    .all('*', (c) => respondMissing(c, 'embed'));
