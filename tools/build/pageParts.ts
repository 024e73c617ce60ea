/**
 * What the Worker needs of the build to render pages: the style sheets, which it writes into the pages so that a
 * picture is seen after one document and one image, the hashes that the content security policy lets them by, the
 * scripts' hashed names, and the names of the paintings. One file, `pages.json`, see shared/pageParts.ts.
 */
import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';
import { type PagePart, type PageParts, type PresetNames, pagePartsFile } from '../../shared/pageParts';
import { type Language, languages } from '../../shared/words';
import { museumName, studioWords } from '../../shared/words/studio';
import { readPresets } from './indexes';

/** Entries of vite.config.ts: a page's script and its style sheet. */
const pages = { share: ['share', 'share-style'], frame: ['frame', 'frame-style'] } as const;

export function pageParts(): Plugin {
  let publicDir = '';
  return {
    name: 'reverie:page-parts',
    apply: 'build',
    // After Vite's own plugins have made and minified the style sheets.
    enforce: 'post',
    configResolved(config) {
      publicDir = config.publicDir;
    },
    generateBundle: {
      order: 'post',
      async handler(_, bundle) {
        const outputs = Object.values(bundle);
        const part = ([scriptName, styleName]: readonly [string, string]): PagePart => {
          const script = outputs.find(
            (output) => output.type === 'chunk' && output.isEntry && output.name === scriptName,
          );
          const style = outputs.find((output) => output.type === 'asset' && output.names.includes(`${styleName}.css`));
          if (!script || style?.type !== 'asset') {
            throw new Error(`The build has no ${script ? styleName : scriptName}; see web/vite.config.ts.`);
          }
          const text = (typeof style.source === 'string' ? style.source : Buffer.from(style.source).toString()).trim();
          // A style element ends at the first of these, whatever it was meant to be.
          if (/<\/style/i.test(text)) throw new Error(`${styleName} cannot be written into a page.`);
          delete bundle[style.fileName];
          const hash = createHash('sha256').update(text).digest('base64');
          return { script: `/${script.fileName}`, style: text, styleHash: `sha256-${hash}` };
        };
        const parts: PageParts = {
          share: part(pages.share),
          frame: part(pages.frame),
          presets: await presetNames(publicDir),
        };
        this.emitFile({ type: 'asset', fileName: pagePartsFile.slice(1), source: JSON.stringify(parts) });
      },
    },
  };
}

async function presetNames(publicDir: string): Promise<PresetNames> {
  const spoken = await Promise.all(languages.map(async (tag) => [tag, await studioWords(tag)] as const));
  const names = (name: string) =>
    Object.fromEntries(spoken.map(([tag, t]) => [tag, museumName(t, name)])) as Record<Language, string>;
  return Object.fromEntries(
    readPresets(publicDir).presets.map(({ id, work, painter }) => [id, { work: names(work), painter: names(painter) }]),
  );
}
