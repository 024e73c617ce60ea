/** The page of a share: everything a reader without JavaScript gets, and the places where the script puts the rest. */
import { html, raw } from 'hono/html';
import type { PagePart } from '../../../shared/pageParts';
import type { PublicShare } from '../../../shared/share';
import { type Language, otherThan } from '../../../shared/words';
import type { PageWords } from '../../../shared/words/pages';
import type { Description } from '../describe';
import { checkered, dataBlock, type Html, pageHeader, renderDocument } from './document';

export interface SharePageOptions {
  readonly share: PublicShare;
  readonly title: string;
  readonly description: Description;
  readonly language: Language;
  readonly t: PageWords;
  readonly part: PagePart;
  /** Of the edge, for links that leave it. */
  readonly origin: string;
  /** The style sheet with the picture's shape, which the page's policy knows by its hash. */
  readonly shape: string;
}

/** Beside the sheet that all pages have. */
export const shapeOf = ({ result: { width, height } }: PublicShare): string =>
  `.frame{--width:${width};--height:${height}}`;

export function renderSharePage({
  share,
  title,
  description,
  language,
  t,
  part,
  origin,
  shape,
}: SharePageOptions): Html {
  const path = `/s/${share.id}`;
  const { result, film, inputs } = share;
  // Room for controls that come with the script, where there will be any.
  const playable = film !== null || inputs.some(({ role }) => role === 'content');
  const alt = t.alt(title, description.made);
  const until = new Intl.DateTimeFormat(t.tag, { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(share.expiresAt),
  );
  return renderDocument({
    language,
    title: `${title} · Reverie`,
    part,
    kind: 'share',
    script: true,
    head: html`<style>${raw(shape)}</style>
${cardTags({ share, title, description, language, t, origin, alt })}`,
    body: html`${pageHeader(t, path)}
<main>
<figure class="hang">
<div class="wall"><div class="frame" id="frame"><img id="picture"${checkered(result)} src="${result.url}" width="${result.width}" height="${result.height}" alt="${alt}" fetchpriority="high" decoding="async"></div></div>
<div id="player" class="${playable ? 'player' : 'player bare'}"></div>
<figcaption class="label">
<h1>${title}</h1>
<p class="made">${description.made}</p>
</figcaption>
</figure>
<div class="columns">
<section class="acts" aria-label="${t.site}">
<div id="live" class="live"></div>
<p class="links"><a class="button" id="remix" href="/#remix=${share.id}">${t.remix}</a><a class="button quiet" href="${result.url}">${t.openPicture}</a></p>
<div id="share" class="share-tools"></div>
<noscript><p class="note">${t.noScript}</p></noscript>
</section>
<section class="recipe" aria-labelledby="recipe-heading">
<h2 id="recipe-heading">${t.recipe}</h2>
<dl>${description.facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</section>
</div>
</main>
<footer class="footer"><p>${t.kept(until)}</p><p><a href="/">${t.studio}</a></p><div id="report"></div></footer>
${dataBlock('share-data', share)}`,
  });
}

interface CardOptions extends Pick<SharePageOptions, 'share' | 'title' | 'description' | 'language' | 't' | 'origin'> {
  readonly alt: string;
}

/** `ko_KR`: Open Graph wants a country, too. */
function localeOf(language: Language): string {
  const { language: tag, region } = new Intl.Locale(language).maximize();
  return `${tag}_${region}`;
}

/** Open Graph (ogp.me), X's card, and oEmbed's discovery link (oembed.com, section 4). */
function cardTags({ share, title, description, language, t, origin, alt }: CardOptions): Html {
  const url = `${origin}/s/${share.id}`;
  const card = share.card ?? share.result;
  const image = new URL(card.url, origin).href;
  const text = t.description(description.made);
  const oembed = `${origin}/oembed?format=json&url=${encodeURIComponent(url)}`;
  return html`<meta name="description" content="${text}">
<link rel="canonical" href="${url}">
<meta name="theme-color" media="(prefers-color-scheme: light)" content="#f7f7f6">
<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#161616">
<meta property="og:type" content="article">
<meta property="og:site_name" content="${t.site}">
<meta property="og:title" content="${title}">
<meta property="og:description" content="${text}">
<meta property="og:url" content="${url}">
<meta property="og:locale" content="${localeOf(language)}">
${otherThan(language).map((tag) => html`<meta property="og:locale:alternate" content="${localeOf(tag)}">`)}
<meta property="og:image" content="${image}">
<meta property="og:image:type" content="${card.type}">
<meta property="og:image:width" content="${card.width}">
<meta property="og:image:height" content="${card.height}">
<meta property="og:image:alt" content="${alt}">
<meta name="twitter:card" content="summary_large_image">
<meta name="twitter:title" content="${title}">
<meta name="twitter:description" content="${text}">
<meta name="twitter:image" content="${image}">
<meta name="twitter:image:alt" content="${alt}">
<link rel="alternate" type="application/json+oembed" href="${oembed}" title="${title}">`;
}
