/** The controls most people touch, of the technique that is chosen. */
import { useSignal } from '@preact/signals';
import { dictionary } from '../state/language';
import { loadNetworks } from '../state/networks';
import { technique } from '../state/recipe';
import { arePlain, Field, fieldsIn } from './fields/Field';
import { useLazy } from './lazy';

const loadMore = () => import('./fields/More');

export function Settings() {
  const t = dictionary.value;
  const name = technique.value;
  const fields = fieldsIn(name);
  const plain = arePlain(fields);
  const more = useLazy(!plain, loadMore)?.MoreField;
  return (
    <section class="block" aria-labelledby="settings-heading">
      <header class="block-head">
        <h2 id="settings-heading">{t.settings.heading}</h2>
      </header>
      {(plain || more) &&
        fields.map((field) => <Field key={name + field.kind + field.path} name={name} field={field} more={more} />)}
    </section>
  );
}

const loadAdvanced = () => import('./AdvancedFields');

/** What few people need, behind a line that opens it. */
export function Advanced() {
  const t = dictionary.value;
  const opened = useSignal(false);
  const Fields = useLazy(opened.value, loadAdvanced)?.AdvancedFields;
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
