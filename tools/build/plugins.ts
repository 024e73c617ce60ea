/** What the site's build does beside Vite's own work; the same for a build and for `npm run dev`. */

import { appendFileSync, existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { build, type Plugin } from 'vite';
import { embedPaths } from '../../shared/embedMessages';
import { languages } from '../../shared/words';
import { pageWords as wordsIn } from '../../shared/words/pages';
import { playerWords } from '../../shared/words/player';
import { root } from '../setup/process.mjs';
import { servedIndexes } from './indexes';
import { pageParts } from './pageParts';

export const sitePlugins = (): Plugin[] => [servedIndexes(), pageParts(), pageWords(), embedScript(), keptFiles()];

// `/embed.js`, the widget's script: a build of its own inside the site's, because a classic script that any page may
// load can neither import chunks nor leave names in the page's global scope.

const entry = path.join(root, 'web/embed/element.ts');
const fileName = embedPaths.script.slice(1);

function embedScript(): Plugin {
  return {
    name: 'reverie:embed-script',
    apply: 'build',
    buildStart() {
      for (const file of ['element.ts', 'style.ts']) this.addWatchFile(path.join(root, 'web/embed', file));
    },
    async generateBundle() {
      this.emitFile({ type: 'asset', fileName, source: await bundle() });
    },
  };
}

async function bundle(): Promise<string> {
  const words = await Promise.all(languages.map(async (language) => [language, (await playerWords(language)).widget]));
  const results = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    define: { reverieWords: JSON.stringify(Object.fromEntries(words)) },
    build: {
      write: false,
      target: 'es2022',
      lib: { entry, formats: ['iife'], name: 'ReverieEmbed' },
      rolldownOptions: { checks: { pluginTimings: false }, output: { extend: false } },
    },
  });
  const [result] = Array.isArray(results) ? results : [results];
  const chunk = result && 'output' in result ? result.output[0] : undefined;
  if (!chunk) throw new Error('The widget’s script was not built.');
  return chunk.code;
}

// Adds a line to `_headers` for every file that is named by its content, for browsers to keep it for a year. A pattern would
// say the same of those that are missing.

/** Folders of such files, by their addresses. */
const folders = ['weights', 'presets'] as const;
/** Cloudflare's: rules beyond it are passed over. */
const maxRules = 100;

function keptFiles(): Plugin {
  let output = '';
  return {
    name: 'reverie-kept-files',
    apply: 'build',
    configResolved: ({ root, build }) => {
      output = path.resolve(root, build.outDir);
    },
    closeBundle() {
      const sizeOf = (file: string) => statSync(path.join(output, file)).size;
      // What there is no line for is asked for once more each time, and is small; the engine keeps it by itself besides.
      const files = folders
        // Of a build that failed there are none, and its own complaint is the one to be heard.
        .filter((folder) => existsSync(path.join(output, folder)))
        .flatMap((folder) => readdirSync(path.join(output, folder)).map((name) => `/${folder}/${name}`))
        .filter((name) => name.endsWith('.bin'))
        .sort((a, b) => sizeOf(b) - sizeOf(a))
        .slice(0, maxRules - 20);
      const rules = files.map(
        (file) => `\n${file}\n  ! Cache-Control\n  Cache-Control: public, max-age=31536000, immutable\n`,
      );
      if (rules.length > 0) appendFileSync(path.join(output, '_headers'), rules.join(''));
    },
  };
}

// Text of pages that are files, such as the one for an address that nobody knows: `<h1 data-words>notFound</h1>` becomes
// those words in English and a paragraph in every other language (shared/words).

function pageWords(): Plugin {
  return {
    name: 'reverie:page-words',
    async transformIndexHtml(html) {
      const spoken = await Promise.all(languages.map(async (tag) => ({ tag, t: await wordsIn(tag) })));
      return html.replaceAll(/<(\w+) data-words>(\w+)<\/\1>/g, (_, element: string, key: string) =>
        spoken
          .map(({ tag, t }) => {
            const text = new Map(Object.entries(t.files)).get(key);
            if (text === undefined) throw new Error(`There are no words "${key}" for a page.`);
            return tag === 'en' ? `<${element}>${text}</${element}>` : `<p lang="${tag}">${text}</p>`;
          })
          .join('\n'),
      );
    },
  };
}
