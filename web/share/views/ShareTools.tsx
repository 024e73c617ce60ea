/** Passing the link on: copied, as the embed's code, or by the system's own sheet. */
import { useSignal } from '@preact/signals';
import { embedSnippet } from '../../../shared/embedSnippet';
import { sharePaths } from '../../../shared/share';
import { share } from '../../page/player/state/share';
import { words } from '../../page/words/player';

/** Without the fragment: it may hold the key that deletes the share. */
const link = new URL(sharePaths.page(share.id), location.origin).href;
const title = () => document.querySelector('h1')?.textContent ?? '';

export function ShareTools() {
  const t = words.value;
  const copied = useSignal(false);
  const byHand = useSignal('');
  const copy = async (text: string) => {
    copied.value = false;
    byHand.value = '';
    try {
      await navigator.clipboard.writeText(text);
      copied.value = true;
    } catch {
      byHand.value = text;
    }
  };
  // Closing the sheet rejects, which is nobody's failure.
  const open = () => navigator.share({ url: link, title: title() }).catch(() => undefined);
  return (
    <>
      <p class="row">
        <button type="button" data-testid="copy-link" onClick={() => void copy(link)}>
          {t.share.link}
        </button>
        <button
          type="button"
          data-testid="copy-embed"
          onClick={() => void copy(embedSnippet({ ...share.result, id: share.id, title: title() }, location.origin))}
        >
          {t.share.embed}
        </button>
        {'share' in navigator && (
          <button type="button" onClick={() => void open()}>
            {t.share.sheet}
          </button>
        )}
      </p>
      <p class="note" role="status" data-testid="copied">
        {copied.value && t.share.copied}
        {byHand.value && t.share.byHand}
      </p>
      {byHand.value && (
        <textarea
          class="by-hand"
          readOnly
          rows={3}
          value={byHand.value}
          onFocus={(event) => event.currentTarget.select()}
        />
      )}
    </>
  );
}
