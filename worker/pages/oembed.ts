/** GET /oembed?url=…&maxwidth=…&maxheight=…&format=json: what other sites put in place of a link to a share (oembed.com). */
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { html } from 'hono/html';
import { embedPaths } from '../../shared/embedMessages';
import { ReverieError } from '../../shared/errors';
import { isFigure } from '../../shared/figures';
import type { Bindings } from '../bindings';
import { methodNotAllowed, toErrorResponse } from '../errors';
import { openHeaders } from './headers';
import { languageOf } from './language';
import { type Ask, describeShare, lookUp } from './source';

/** Of a figure that nobody bounded, pixels: its picture with the controls below. */
const figureBox = { width: 480, height: 560 };
const figurePath = /^\/figure\/([\w-]{1,64})\/?$/;
const sharePath = /^\/s\/([\w-]{1,64})\/?$/;

/** The id of a share of this very edge. @throws ReverieError `bad-request`, `not-found`. */
function shareIn(url: string | undefined, origin: string): string {
  if (!url) throw new ReverieError('bad-request', 'The parameter "url" is missing.');
  let asked: URL;
  try {
    asked = new URL(url);
  } catch {
    throw new ReverieError('bad-request', 'The parameter "url" is not a URL.');
  }
  // Consumers ask with http where the page has https; the host is what tells whose share it is.
  const id = asked.host === new URL(origin).host ? sharePath.exec(asked.pathname)?.[1] : undefined;
  if (!id) throw new ReverieError('not-found', 'There is no share at this URL.');
  return id;
}

function bound(text: string | undefined, name: string): number {
  if (text === undefined || text === '') return Number.POSITIVE_INFINITY;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new ReverieError('bad-request', `The parameter "${name}" is not a number of pixels.`);
  }
  return value;
}

/** The widest size of the picture's shape within the bounds; a frame is not shown larger than this by itself. */
function boxWithin(width: number, height: number, maxWidth: number, maxHeight: number) {
  const scale = Math.min(1, maxWidth / width, maxHeight / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

const provider = (origin: string) =>
  ({ version: '1.0', type: 'rich', provider_name: 'Reverie', provider_url: `${origin}/` }) as const;

/** `html` escapes what is put into it. */
const frameOf = async (url: string, width: number, height: number, title: string): Promise<string> =>
  String(
    await html`<iframe src="${url}" width="${width}" height="${height}" title="${title}" loading="lazy" allow="fullscreen; web-share; clipboard-write" referrerpolicy="strict-origin-when-cross-origin" sandbox="allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-downloads" style="border:0;max-width:100%"></iframe>`,
  );

/** The name of a figure of this very edge; undefined for anything else. */
function figureIn(url: string, origin: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { host, pathname } = new URL(url);
  const name = host === new URL(origin).host ? figurePath.exec(pathname)?.[1] : undefined;
  return name !== undefined && isFigure(name) ? name : undefined;
}

/** Of a frame that nobody bounded, pixels. */
const usualWidth = 800;

export const oembed = (ask: Ask) =>
  new Hono<Bindings>()
    .onError(toErrorResponse)
    .use(openHeaders())
    .use(cors({ origin: '*', allowMethods: ['GET', 'HEAD'] }))
    .get('/', async (c) => {
      const format = c.req.query('format') ?? 'json';
      // oEmbed 1.0 section 2.3: 501 for a format that the provider does not have.
      if (format !== 'json')
        return c.json({ error: { code: 'bad-request', message: 'Only format=json is offered.' } }, 501);
      const { origin } = new URL(c.req.url);
      const asked = c.req.query('url') ?? '';
      const figure = figureIn(asked, origin);
      const [maxWidth, maxHeight] = [
        bound(c.req.query('maxwidth'), 'maxwidth'),
        bound(c.req.query('maxheight'), 'maxheight'),
      ];
      if (figure) {
        const { width, height } = boxWithin(figureBox.width, figureBox.height, maxWidth, maxHeight);
        c.header('Cache-Control', 'public, max-age=300');
        const title = `Reverie: ${figure}`;
        const { pathname, search } = new URL(asked);
        const frame = await frameOf(`${origin}${pathname}${search}`, width, height, title);
        return c.json({ ...provider(origin), title, cache_age: 300, width, height, html: frame });
      }
      const id = shareIn(asked, origin);
      const { parts, share, state } = await lookUp(c, ask, id);
      if (!share || state === 'reported') {
        throw new ReverieError(state === 'gone' ? 'gone' : 'not-found', 'There is no picture to show at this URL.');
      }
      const { title } = await describeShare(share, languageOf(c, share.language), parts);
      const { result, card } = share;
      const { width, height } = boxWithin(result.width, result.height, Math.min(maxWidth, usualWidth), maxHeight);
      const thumbnail = card && card.width <= maxWidth && card.height <= maxHeight ? card : undefined;
      c.header('Cache-Control', 'public, max-age=300');
      return c.json({
        ...provider(origin),
        title,
        cache_age: 300,
        width,
        height,
        html: await frameOf(origin + embedPaths.frame(id), width, height, title),
        ...(thumbnail && {
          thumbnail_url: new URL(thumbnail.url, origin).href,
          thumbnail_width: thumbnail.width,
          thumbnail_height: thumbnail.height,
        }),
      });
    })
    .all('/', methodNotAllowed('GET', 'HEAD'));
