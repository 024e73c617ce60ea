/** What the site's build tells the Worker about the pages that the Worker renders; made by tools/build/pageParts.ts. */

/** Among the static assets. */
export const pagePartsFile = '/pages.json';

/** What the pages speak. */
export const pageLanguages = ['en', 'ko'] as const;
export type PageLanguage = (typeof pageLanguages)[number];

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
  Record<string, Readonly<Record<'work' | 'painter', Readonly<Record<PageLanguage, string>>>>>
>;

export interface PageParts {
  readonly share: PagePart;
  readonly frame: PagePart;
  readonly presets: PresetNames;
}
