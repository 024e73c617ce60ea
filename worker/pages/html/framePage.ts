/** What the widget's frame shows: the picture at once, and the place for its controls. */
import { html } from 'hono/html';
import type { PagePart } from '../../../shared/pageParts';
import type { PublicShare } from '../../../shared/share';
import type { Language } from '../../../shared/words';
import type { PageWords } from '../../../shared/words/pages';
import type { Description } from '../describe';
import { checkered, dataBlock, type Html, renderDocument } from './document';

export interface FramePageOptions {
  readonly share: PublicShare;
  readonly title: string;
  readonly description: Description;
  readonly language: Language;
  readonly t: PageWords;
  readonly part: PagePart;
  readonly theme?: 'light' | 'dark' | undefined;
}

export function renderFramePage({ share, title, description, language, t, part, theme }: FramePageOptions): Html {
  const { result } = share;
  return renderDocument({
    language,
    title: `${title} · Reverie`,
    part,
    kind: 'embed',
    script: true,
    theme,
    body: html`<main class="box">
<h1 class="visually-hidden">${title}</h1>
<div class="frame" id="frame"><img id="picture"${checkered(result)} src="${result.url}" width="${result.width}" height="${result.height}" alt="${t.alt(title, description.made)}" fetchpriority="high" decoding="async"></div>
<div id="controls"><p class="plain"><a href="/s/${share.id}" target="_blank" rel="noopener">${t.open}</a></p></div>
</main>
${dataBlock('share-data', share)}`,
  });
}
