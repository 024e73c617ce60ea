/**
 * Text of pages that are files, such as the one for an address that nobody knows: `<h1 data-words>notFound</h1>` becomes
 * those words in English and a paragraph in every other language (shared/words).
 */
import type { Plugin } from 'vite';
import { languages } from '../../shared/words';
import { pageWords as wordsIn } from '../../shared/words/pages';

export function pageWords(): Plugin {
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
