/** What a request says about how its page should be rendered. */
import type { Context } from 'hono';
import type { PageLanguage } from '../../shared/pageParts';
import type { Bindings } from '../bindings';
import { chooseLanguage } from './words';

/** @param author the share's own language, when there is a share. */
export function languageOf(c: Context<Bindings>, author?: string): PageLanguage {
  // The same address answers in several languages.
  c.header('Vary', 'Accept-Language');
  return chooseLanguage(c.req.query('lang'), c.req.header('Accept-Language'), author);
}

export function themeOf(c: Context<Bindings>): 'light' | 'dark' | undefined {
  const asked = c.req.query('theme');
  return asked === 'light' || asked === 'dark' ? asked : undefined;
}
