/** The frame of every page that the edge renders. `html` escapes whatever is put inside; nothing here is ever `raw` but the style sheet. */
import { html, raw } from 'hono/html';
import type { PagePart } from '../../../shared/pageParts';
import type { SharePicture } from '../../../shared/share';
import { type Language, languageName, otherThan } from '../../../shared/words';
import type { PageWords } from '../../../shared/words/pages';

export type Html = ReturnType<typeof html>;

export interface DocumentOptions {
  readonly language: Language;
  readonly title: string;
  readonly part: PagePart;
  readonly head?: Html | undefined;
  readonly body: Html;
  /** Class of the body, for the style sheet. */
  readonly kind: string;
  readonly theme?: 'light' | 'dark' | undefined;
  /** Loads the part's script, which nothing of the page waits for. */
  readonly script: boolean;
}

export function renderDocument({ language, title, part, head, body, kind, theme, script }: DocumentOptions): Html {
  return html`<!doctype html>
<html lang="${language}"${theme ? html` data-theme="${theme}"` : ''}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>${title}</title>
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/icon.svg" type="image/svg+xml">
${head ?? ''}
<style>${raw(part.style)}</style>
</head>
<body class="${kind}">
${body}
${script ? html`<script type="module" src="${part.script}"></script>` : ''}
</body>
</html>`;
}

/** Data for the page's script; `<` is escaped, so that no text in it can end the element (HTML, 4.12.1.3). */
export function dataBlock(id: string, data: unknown): Html {
  return html`<script type="application/json" id="${id}">${raw(JSON.stringify(data).replaceAll('<', '\\u003c'))}</script>`;
}

/** What lets something through lies on a checkerboard, as in the studio (web/page/styles/parts.css). */
export const checkered = ({ transparent }: SharePicture): Html | '' => (transparent ? html` class="checkered"` : '');

/** The mark of web/studio/views/Mark.tsx. */
const mark = html`<svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false"><g fill="none" stroke="currentColor" stroke-width="1.6"><circle cx="16" cy="16" r="14"/><ellipse cx="14.6" cy="17.6" rx="10.4" ry="9.8" transform="rotate(-24 14.6 17.6)"/><ellipse cx="13.2" cy="19.4" rx="6.6" ry="5.6" transform="rotate(-32 13.2 19.4)"/></g><circle class="mark-dot" cx="12" cy="20.6" r="2.3"/></svg>`;

/** @param path of this page, for the links to it in other languages. */
export function pageHeader(t: PageWords, path: string): Html {
  const others = otherThan(t.tag).map(
    (tag) =>
      html`<a class="switch" href="${path}?lang=${tag}" lang="${tag}" hreflang="${tag}" title="${t.switchTo(languageName(tag, t.tag))}">${languageName(tag)}</a>`,
  );
  return html`<header class="header">
<a class="brand" href="/">${mark}<span lang="en">Reverie</span></a>
<p class="tagline">${t.tagline}</p>
${others}
</header>`;
}
