/** What a request says about how its page should be rendered. */
import type { Context } from 'hono';
import { parseAccept } from 'hono/utils/accept';
import { chooseLanguage, type Language } from '../../shared/words';
import type { Bindings } from '../bindings';

/**
 * The reader's wish, else the author's language, else English.
 * @param asked `?lang=`, which a link of the page itself sets.
 * @param header the request's `Accept-Language` (RFC 9110, section 12.5.4); crawlers send none.
 * @param author the share's own language.
 */
export function pageLanguage(asked?: string, header?: string, author?: string): Language {
  const accepted = header ? parseAccept(header).filter(({ q }) => q > 0) : [];
  return chooseLanguage([asked, ...accepted.map(({ type }) => type), author]);
}

/** @param author the share's own language, when there is a share. */
export function languageOf(c: Context<Bindings>, author?: string): Language {
  // The same address answers in several languages.
  c.header('Vary', 'Accept-Language');
  return pageLanguage(c.req.query('lang'), c.req.header('Accept-Language'), author);
}

export function themeOf(c: Context<Bindings>): 'light' | 'dark' | undefined {
  const asked = c.req.query('theme');
  return asked === 'light' || asked === 'dark' ? asked : undefined;
}
