/**
 * Adds a line to `_headers` for every file that is named by its content, for browsers to keep it for a year. A pattern would
 * say the same of those that are missing.
 */
import { appendFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';

/** Folders of such files, by their addresses. */
const folders = ['weights', 'presets'] as const;
/** Cloudflare's: rules beyond it are passed over. */
const maxRules = 100;

export function keptFiles(): Plugin {
  let output = '';
  return {
    name: 'reverie-kept-files',
    apply: 'build',
    configResolved: ({ root, build }) => {
      output = path.resolve(root, build.outDir);
    },
    closeBundle() {
      const files = folders.flatMap((folder) =>
        readdirSync(path.join(output, folder))
          .filter((name) => name.endsWith('.bin'))
          .map((name) => `/${folder}/${name}`),
      );
      if (files.length > maxRules - 20)
        throw new Error(`${files.length} files need more lines in _headers than it may have.`);
      const rules = files.map(
        (file) => `\n${file}\n  ! Cache-Control\n  Cache-Control: public, max-age=31536000, immutable\n`,
      );
      appendFileSync(path.join(output, '_headers'), rules.join(''));
    },
  };
}
