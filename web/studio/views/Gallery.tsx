/** The paintings to choose from, as a radio group: arrows move, the label is the museum's. */
import type { Preset } from '../../../shared/preset';
import { presetPaths } from '../../../shared/preset';
import { formatInteger } from '../i18n/format';
import { museumName } from '../i18n/works';
import { dictionary } from '../state/language';
import { choosePreset, chosenStyle, styleRecipe } from '../state/recipe';
import { loadPresets, presets } from '../state/styles';
import { OwnStyle } from './OwnStyle';

function PresetCard({ preset }: { readonly preset: Preset }) {
  const t = dictionary.value;
  const chosen = chosenStyle.value;
  const checked = typeof chosen === 'object' && chosen?.preset === preset.id;
  return (
    <label class="card" title={museumName(t.tag, preset.work)} data-testid={`style-${preset.id}`}>
      <input type="radio" name="style" value={preset.id} checked={checked} onChange={() => choosePreset(preset.id)} />
      <span class="card-picture" style={{ '--colour': preset.colour }}>
        <img src={presetPaths.file(preset.thumbnail)} alt="" loading="lazy" decoding="async" width={160} height={160} />
      </span>
      <span class="card-label">
        <span class="card-work">{museumName(t.tag, preset.work)}</span>
        <span class="card-painter">
          {museumName(t.tag, preset.painter)}, {preset.year}
        </span>
      </span>
    </label>
  );
}

/** Empty frames hold the place of the paintings, so that nothing moves when these arrive, or do not. */
const placeholders = Array.from({ length: 9 }, (_, index) => index);

function Message({ testId, text }: { readonly testId: string; readonly text: string }) {
  return (
    <div class="gallery-message" role="status" data-testid={testId}>
      <p>{text}</p>
      <button type="button" data-testid="styles-retry" onClick={() => void loadPresets()}>
        {dictionary.value.styles.retry}
      </button>
    </div>
  );
}

function Cards() {
  const t = dictionary.value;
  const state = presets.value;
  const list = state.status === 'ready' ? state.list : [];
  return (
    <div class="gallery-frames">
      <div class="gallery">
        {list.length > 0
          ? list.map((preset) => <PresetCard key={preset.id} preset={preset} />)
          : placeholders.map((index) => (
              <span key={`frame ${index}`} class="card placeholder" aria-hidden="true">
                <span class="card-picture" />
                <span class="card-label" />
              </span>
            ))}
      </div>
      {state.status === 'failed' && <Message testId="styles-failed" text={t.styles.failed} />}
      {state.status === 'ready' && list.length === 0 && <Message testId="styles-none" text={t.styles.none} />}
    </div>
  );
}

export function Gallery() {
  const t = dictionary.value;
  return (
    <section class="block" aria-labelledby="styles-heading">
      <header class="block-head">
        <h2 id="styles-heading">{t.styles.heading}</h2>
        <p class="help">{t.styles.help}</p>
      </header>
      {chosenStyle.value === 'mixed' && (
        <p class="help" data-testid="styles-mixed">
          {t.styles.mixed(formatInteger(t.tag, styleRecipe.value.styles.length))}
        </p>
      )}
      <div
        role="radiogroup"
        aria-labelledby="styles-heading"
        aria-busy={presets.value.status === 'loading'}
        data-testid="gallery"
      >
        <Cards />
        <OwnStyle />
      </div>
    </section>
  );
}
