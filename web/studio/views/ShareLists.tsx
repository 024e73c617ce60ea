/** What waits for a connection, and what was shared from this browser, with the way to take it back. */
import { useSignal } from '@preact/signals';
import { deleteMine, dropWaiting, sendWaiting } from '../sharing/attempt';
import type { MyShare } from '../sharing/kept';
import { dictionary } from '../state/language';
import { complain, confirm } from '../state/notice';
import { mine, outbox, sharing } from '../state/sharing';

/** What waits for a connection; nothing is sent before the person says so. */
export function Outbox() {
  const t = dictionary.value;
  if (outbox.value.length === 0) return null;
  return (
    <section class="share-mine" aria-label={t.sharing.outbox}>
      <h3>{t.sharing.outbox}</h3>
      <ul data-testid="share-outbox">
        {outbox.value.map((each) => (
          <li key={each.key}>
            <span class="share-name">{each.request.title || t.sharing.untitled}</span>
            <button type="button" data-testid="share-send-waiting" onClick={() => void sendWaiting(each)}>
              {t.sharing.sendWaiting}
            </button>
            <button type="button" class="quiet" data-testid="share-drop" onClick={() => void dropWaiting(each)}>
              {t.sharing.dropWaiting}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function MyShares() {
  const t = dictionary.value;
  if (mine.value.length === 0) {
    return sharing.value.at === 'list' && outbox.value.length === 0 ? <p class="help">{t.sharing.none}</p> : null;
  }
  return (
    <section aria-labelledby="mine-heading" class="share-mine">
      <h3 id="mine-heading">{t.sharing.mine}</h3>
      <ul data-testid="my-shares">
        {mine.value.map((each) => (
          <MyShareItem key={each.id} share={each} />
        ))}
      </ul>
    </section>
  );
}

function MyShareItem({ share }: { readonly share: MyShare }) {
  const t = dictionary.value;
  const stage = useSignal<'kept' | 'sure' | 'busy'>('kept');
  const sure = stage.value !== 'kept';
  const name = share.title || t.sharing.untitled;
  const date = new Intl.DateTimeFormat(t.tag, { dateStyle: 'long' });
  const remove = async () => {
    stage.value = 'busy';
    try {
      await deleteMine(share);
      confirm((words) => words.sharing.deleted);
    } catch (cause) {
      stage.value = 'kept';
      complain(cause);
    }
  };
  return (
    <li>
      <span class="share-name">
        <a href={share.url} target="_blank" rel="noopener">
          {name}
        </a>
        <span class="help">{t.sharing.until(date.format(new Date(share.expiresAt)))}</span>
      </span>
      {/* One button for both steps: what is focused stays focused. */}
      <button
        type="button"
        class={sure ? 'danger' : 'quiet'}
        data-testid={`share-delete-${sure ? 'really-' : ''}${share.id}`}
        aria-label={`${sure ? t.sharing.deleteReally : t.sharing.delete}: ${name}`}
        disabled={stage.value === 'busy'}
        onClick={() => {
          if (sure) void remove();
          else stage.value = 'sure';
        }}
      >
        {sure ? t.sharing.deleteReally : t.sharing.delete}
      </button>
      {sure && (
        <button
          type="button"
          class="quiet"
          data-testid={`share-keep-${share.id}`}
          disabled={stage.value === 'busy'}
          onClick={() => {
            stage.value = 'kept';
          }}
        >
          {t.sharing.keep}
        </button>
      )}
    </li>
  );
}
