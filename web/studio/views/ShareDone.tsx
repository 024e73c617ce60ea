/** The link, the ways to pass it on, and the key, which is told this once. */
import { embedSnippet } from '../../../shared/embedSnippet';
import type { CreatedShare } from '../../../shared/share';
import type { PreparedShare } from '../sharing/prepare';
import { dictionary } from '../state/language';
import { complain, confirm } from '../state/notice';
import { openSharing } from '../state/sharing';

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    confirm((words) => words.share.copied);
  } catch (cause) {
    complain(cause, { text: (words) => words.recipe.copyFailed });
  }
}

interface DoneProps {
  readonly created: CreatedShare;
  readonly request: PreparedShare['request'];
}

export function ShareDone({ created, request }: DoneProps) {
  const t = dictionary.value;
  const { id, deleteKey } = created;
  const url = new URL(created.url, location.href).href;
  const { width, height } = request.result;
  const embed = () => embedSnippet({ id, width, height, title: request.title || t.sharing.untitled }, location.origin);
  return (
    <div data-testid="share-done">
      <p tabIndex={-1} data-lead>
        {t.sharing.done}
      </p>
      <p>
        <a class="share-link" data-testid="share-link" href={url} target="_blank" rel="noopener">
          {url}
        </a>
      </p>
      <div class="field-row wrap">
        <button type="button" class="primary" data-testid="share-copy" onClick={() => void copy(url)}>
          {t.sharing.copyLink}
        </button>
        <button type="button" data-testid="share-copy-embed" onClick={() => void copy(embed())}>
          {t.sharing.copyEmbed}
        </button>
        {'share' in navigator && (
          <button type="button" onClick={() => void navigator.share({ url }).catch(() => {})}>
            {t.sharing.system}
          </button>
        )}
      </div>
      <section class="share-key-box" aria-labelledby="share-key-heading">
        <h3 id="share-key-heading">{t.sharing.key}</h3>
        <p class="help">{t.sharing.keyHelp}</p>
        <p>
          <code class="share-key" data-testid="share-key">
            {deleteKey}
          </code>
        </p>
        {/* In the fragment, which no server is sent; the share's page asks before it deletes. */}
        <button
          type="button"
          class="link small"
          data-testid="share-copy-key"
          onClick={() => void copy(`${url}#key=${deleteKey}`)}
        >
          {t.sharing.copyKey}
        </button>
      </section>
      <button type="button" class="link small" data-testid="share-another" onClick={openSharing}>
        {t.sharing.another}
      </button>
    </div>
  );
}
