/** Settings under names: kept, used again, given away as a file, taken from one. */
import '../state/partWords';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { limits } from '../../../shared/limits';
import { FileButton } from '../../page/parts/FileButton';
import { Icon } from '../../page/parts/Icon';
import { exportNamed, importNamed, keepAs, loadNamed, type Named, named, removeNamed, use } from '../settings/named';
import { dictionary } from '../state/language';

function Row({ settings }: { readonly settings: Named }) {
  const t = dictionary.value;
  const { name } = settings;
  return (
    <li class="field-row" data-testid="named">
      <button type="button" class="grow" data-testid="named-use" onClick={() => void use(settings)}>
        {name}
      </button>
      <button
        type="button"
        class="quiet icon-only"
        data-testid="named-export"
        aria-label={t.named.export(name)}
        title={t.named.export(name)}
        onClick={() => exportNamed(settings)}
      >
        <Icon name="save" />
      </button>
      <button
        type="button"
        class="quiet icon-only"
        data-testid="named-remove"
        aria-label={t.named.remove(name)}
        title={t.named.remove(name)}
        onClick={() => void removeNamed(settings)}
      >
        <Icon name="close" />
      </button>
    </li>
  );
}

export function NamedSettings() {
  const t = dictionary.value;
  const name = useSignal('');
  useEffect(() => void loadNamed(), []);
  return (
    <div class="field" data-testid="named-settings">
      <h3 class="field-title">{t.named.heading}</h3>
      <p class="help">{t.named.help}</p>
      <ul class="named">
        {named.value.map((settings) => (
          <Row key={settings.id} settings={settings} />
        ))}
      </ul>
      <form
        class="field-row wrap"
        onSubmit={(event) => {
          event.preventDefault();
          void keepAs(name.value);
          name.value = '';
        }}
      >
        <input
          type="text"
          class="grow"
          data-testid="named-name"
          aria-label={t.yours.name}
          placeholder={t.yours.name}
          maxLength={limits.settings.maxNameLength}
          value={name.value}
          onInput={(event) => {
            name.value = event.currentTarget.value;
          }}
        />
        <button type="submit" data-testid="named-keep" disabled={name.value.trim() === ''}>
          {t.named.keep}
        </button>
        <FileButton testId="named-import" accept="application/json,.json" onFile={(file) => void importNamed(file)}>
          {t.named.import}
        </FileButton>
      </form>
    </div>
  );
}
