/** The controls most people touch, of the technique that is chosen. */
import { useSignal } from '@preact/signals';
import { Icon } from '../../page/parts/Icon';
import { dictionary } from '../state/language';
import { loadNetworks } from '../state/networks';
import { technique } from '../state/recipe';
import { canRedo, canUndo, redo, undo } from '../state/undo';
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
        <div class="undo">
          <UndoButton name="undo" can={canUndo.value} act={undo} />
          <UndoButton name="redo" can={canRedo.value} act={redo} />
        </div>
      </header>
      {(plain || more) &&
        fields.map((field) => <Field key={name + field.kind + field.path} name={name} field={field} more={more} />)}
    </section>
  );
}

interface UndoProps {
  readonly name: 'undo' | 'redo';
  readonly can: boolean;
  readonly act: () => void;
}

function UndoButton({ name, can, act }: UndoProps) {
  const label = dictionary.value.settings[name];
  return (
    <button
      type="button"
      class="quiet icon-only"
      data-testid={name}
      aria-label={label}
      title={label}
      disabled={!can}
      onClick={act}
    >
      <Icon name={name} />
    </button>
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
