/** What few people need, behind a line that opens it. */
import { useSignal } from '@preact/signals';
import { dictionary } from '../state/language';
import { loadNetworks } from '../state/networks';
import { useLazy } from './lazy';

const load = () => import('./AdvancedFields');

export function Advanced() {
  const t = dictionary.value;
  const opened = useSignal(false);
  const Fields = useLazy(opened.value, load)?.AdvancedFields;
  return (
    <details
      class="block advanced"
      data-testid="advanced"
      onToggle={(event) => {
        if (!event.currentTarget.open) return;
        opened.value = true;
        void loadNetworks();
      }}
    >
      <summary>
        <h2>{t.settings.advanced}</h2>
      </summary>
      {Fields && <Fields />}
    </details>
  );
}
