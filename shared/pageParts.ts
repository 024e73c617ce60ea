/** What the site's build tells the Worker about the pages that the Worker renders; made by tools/build/pageParts.ts. */

import type { Language } from './words';

/** Among the static assets. */
export const pagePartsFile = '/pages.json';

export interface PagePart {
  /** Path of the module script. */
  readonly script: string;
  /** The whole style sheet, to be written into the page. */
  readonly style: string;
  /** For `style-src`, e.g. `sha256-…`. */
  readonly styleHash: string;
}

/** Paintings by their presets' ids, as each language calls them. */
export type PresetNames = Readonly<
  Record<string, Readonly<Record<'work' | 'painter', Readonly<Record<Language, string>>>>>
>;

export interface PageParts {
  readonly share: PagePart;
  readonly frame: PagePart;
  readonly presets: PresetNames;
}
