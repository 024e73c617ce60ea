/** The line that a blog's author pastes. */
import { embedPaths } from '../../shared/embedMessages';
import { type PublicShare, sharePaths } from '../../shared/share';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (character) => escapes[character] ?? character);

/** The style reserves the box before the script has arrived; without it the text below would move once. */
export function embedSnippet(
  { id, result }: Pick<PublicShare, 'id' | 'result'>,
  title: string,
  origin: string,
): string {
  const { width, height } = result;
  const box = `display:block;max-width:100%;width:${width}px;aspect-ratio:${width}/${height}`;
  const link = `<a href="${origin}${sharePaths.page(id)}">${escapeHtml(title)}</a>`;
  return (
    `<script async src="${origin}${embedPaths.script}"></script>` +
    `<reverie-embed share="${id}" width="${width}" height="${height}" style="${box}">${link}</reverie-embed>`
  );
}
