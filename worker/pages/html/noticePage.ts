/** What hangs where there is no picture to show: unknown, taken down, covered, or broken. */
import { html } from 'hono/html';
import type { PagePart } from '../../../shared/pageParts';
import type { Language } from '../../../shared/words';
import type { PageWords } from '../../../shared/words/pages';
import { type Html, pageHeader, renderDocument } from './document';

export type Notice = 'missing' | 'gone' | 'reported' | 'busy' | 'failed';

export interface NoticeOptions {
  readonly notice: Notice;
  readonly language: Language;
  readonly t: PageWords;
  readonly part: PagePart;
  /** Of the page itself. */
  readonly path: string;
  readonly kind: 'share' | 'embed';
  readonly theme?: 'light' | 'dark' | undefined;
}

export function renderNotice({ notice, language, t, part, path, kind, theme }: NoticeOptions): Html {
  const { title, text } = t[notice];
  // A frame is left for the page of the share; the page itself shows what it covers.
  const embedded = kind === 'embed';
  const show = `${path.replace(/^\/embed\//, '/s/')}?lang=${language}&show=1`;
  const link =
    notice === 'reported'
      ? html`<a class="button" href="${show}"${embedded ? html` target="_blank" rel="noopener"` : ''}>${t.reported.show}</a>`
      : embedded
        ? ''
        : html`<a class="button" href="/">${t.studio}</a>`;
  return renderDocument({
    language,
    title: `${title} · Reverie`,
    part,
    kind: `${kind} notice-page`,
    script: false,
    theme,
    body: html`${embedded ? '' : pageHeader(t, path)}
<main class="notice"><div class="empty"><h1>${title}</h1><p>${text}</p><p>${link}</p></div></main>`,
  });
}
