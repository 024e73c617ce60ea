/** Deleting the share, for whoever opened it by the link that holds the key: `#key=…`, which no server ever sees. */
import { useSignal } from '@preact/signals';
import { sentenceFor } from '../../page/player/state/explain';
import { share } from '../../page/player/state/share';
import { Said } from '../../page/player/views/Complaint';
import { words } from '../../page/words/player';
import { removeShare } from '../edge';

const key = new URLSearchParams(location.hash.slice(1)).get('key');

export function Remove() {
  const t = words.value.remove;
  const stage = useSignal<'asked' | 'sure' | 'busy' | 'gone' | 'kept'>('asked');
  const said = useSignal('');
  if (!key || stage.value === 'kept') return null;
  const remove = async () => {
    stage.value = 'busy';
    said.value = '';
    try {
      await removeShare(share.id, key);
      stage.value = 'gone';
      document.documentElement.dataset.gone = '';
    } catch (cause) {
      stage.value = 'asked';
      said.value = await sentenceFor(cause);
    }
  };
  return (
    <section class="remove" aria-labelledby="remove-heading" data-testid="remove" data-stage={stage.value}>
      <h2 id="remove-heading">{t.heading}</h2>
      <p class="note" role="status">
        {stage.value === 'gone' ? t.done : t.help}
      </p>
      <Said text={said.value} />
      {stage.value !== 'gone' && (
        <p class="row">
          {/* One button for both steps: what is focused stays focused. */}
          <button
            type="button"
            class={stage.value === 'asked' ? '' : 'danger'}
            data-testid={stage.value === 'asked' ? 'remove-ask' : 'remove-really'}
            disabled={stage.value === 'busy'}
            onClick={() => {
              if (stage.value === 'asked') stage.value = 'sure';
              else void remove();
            }}
          >
            {stage.value === 'asked' ? t.remove : t.really}
          </button>
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
