/** Deleting the share, for whoever opened it by the link that holds the key: `#key=…`, which no server ever sees. */
import { useSignal } from '@preact/signals';
import { removeShare } from '../edge';
import { words } from '../i18n';
import { explain } from '../state/explain';
import { share } from '../state/share';

const key = new URLSearchParams(location.hash.slice(1)).get('key');

export function Remove() {
  const t = words.value.remove;
  const stage = useSignal<'asked' | 'sure' | 'busy' | 'gone' | 'kept'>('asked');
  if (!key || stage.value === 'kept') return null;
  const remove = async () => {
    stage.value = 'busy';
    try {
      await removeShare(share.id, key);
      stage.value = 'gone';
      document.documentElement.dataset.gone = '';
    } catch (cause) {
      stage.value = 'asked';
      await explain(cause);
    }
  };
  return (
    <section class="remove" aria-labelledby="remove-heading" data-testid="remove" data-stage={stage.value}>
      <h2 id="remove-heading">{t.heading}</h2>
      <p class="note" role="status">
        {stage.value === 'gone' ? t.done : t.help}
      </p>
      {stage.value !== 'gone' && (
        <p class="row">
          {stage.value === 'asked' ? (
            <button
              type="button"
              data-testid="remove-ask"
              onClick={() => {
                stage.value = 'sure';
              }}
            >
              {t.remove}
            </button>
          ) : (
            <button
              type="button"
              class="danger"
              data-testid="remove-really"
              disabled={stage.value === 'busy'}
              onClick={() => void remove()}
            >
              {t.really}
            </button>
          )}
          <button
            type="button"
            class="quiet"
            onClick={() => {
              stage.value = 'kept';
            }}
          >
            {t.keep}
          </button>
        </p>
      )}
    </section>
  );
}
