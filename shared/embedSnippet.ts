/** The line that a blog's author pastes. */
import { embedPaths } from './embedMessages';
import { sharePaths } from './share';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (character) => escapes[character] ?? character);

export interface Embedded {
  readonly id: string;
  /** Of the picture, pixels. */
  readonly width: number;
  readonly height: number;
  readonly title: string;
}

/**
 * The style reserves the box before the script has arrived; without it the text below would move once.
 * @param origin of the edge, without a trailing slash
 */
export function embedSnippet({ id, width, height, title }: Embedded, origin: string): string {
  const box = `display:block;max-width:100%;width:${width}px;aspect-ratio:${width}/${height}`;
  const link = `<a href="${origin}${sharePaths.page(id)}">${escapeHtml(title)}</a>`;
  return (
    `<script async src="${origin}${embedPaths.script}"></script>` +
    `<reverie-embed share="${id}" width="${width}" height="${height}" style="${box}">${link}</reverie-embed>`
  );
}
