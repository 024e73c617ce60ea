/** In which language a page is rendered: the reader's wish, else the author's language, else English. */
import { type PageLanguage, pageLanguages } from '../../../shared/pageParts';
import { en, type PageWords } from '../../../shared/words/en/pages';
import { ko } from '../../../shared/words/ko/pages';

export type { PageWords } from '../../../shared/words/en/pages';

const dictionaries: Record<PageLanguage, PageWords> = { en, ko };

export const wordsIn = (language: PageLanguage): PageWords => dictionaries[language];

/** The first language of an `Accept-Language` list that we speak (RFC 9110 section 12.5.4). */
function accepted(header: string): PageLanguage | undefined {
  const ranges = header.split(',').map((part, i) => {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
    const quality = parameters.map((text) => /^\s*q=([\d.]+)/.exec(text)?.[1]).find(Boolean);
    return { tag, quality: quality === undefined ? 1 : Number(quality), i };
  });
  const wanted = ranges.filter(({ quality }) => quality > 0).sort((a, b) => b.quality - a.quality || a.i - b.i);
  return wanted.map(({ tag }) => known(tag)).find((language) => language !== undefined);
}

/** Regional tags count: `ko-KR` is `ko`. */
function known(tag: string | undefined): PageLanguage | undefined {
  const primary = tag?.toLowerCase().split('-')[0];
  return pageLanguages.find((language) => language === primary);
}

/**
 * @param asked `?lang=`, which a link of the page itself sets.
 * @param header the request's `Accept-Language`; crawlers send none.
 * @param author the share's own language.
 */
export function chooseLanguage(asked?: string, header?: string, author?: string): PageLanguage {
  return known(asked) ?? accepted(header ?? '') ?? known(author) ?? 'en';
}
