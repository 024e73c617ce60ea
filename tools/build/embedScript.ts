/**
 * `/embed.js`, the widget's script: a build of its own inside the site's, because a classic script that any page may
 * load can neither import chunks nor leave names in the page's global scope.
 */
import path from 'node:path';
import { build, type Plugin } from 'vite';
import { embedPaths } from '../../shared/embedMessages';
import { languages } from '../../shared/words';
import { playerWords } from '../../shared/words/player';
import { root } from '../setup/process.mjs';

const entry = path.join(root, 'web/embed/element.ts');
const fileName = embedPaths.script.slice(1);

export function embedScript(): Plugin {
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
