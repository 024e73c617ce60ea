/** The paintings to choose from, as a radio group: arrows move, the label is the museum's. */
import type { ComponentChildren } from 'preact';
import { presetPaths } from '../../../shared/paths';
import type { Preset } from '../../../shared/preset';
import { museumName } from '../../../shared/words/studio';
import { formatInteger } from '../../page/words/format';
import { dictionary } from '../state/language';
import { chooseFast, choosePreset, chosenStyle, recipes, styleRecipe } from '../state/recipe';
import { loadPresets, presets } from '../state/styles';
import { OwnFastCards, OwnFastTools } from './OwnFastCards';
import { OwnStyle } from './OwnStyle';

interface CardProps {
  readonly preset: Preset;
  readonly name: string;
  readonly checked: boolean;
  readonly onChoose: (id: string) => void;
}

function PresetCard({ preset, name, checked, onChoose }: CardProps) {
  const t = dictionary.value;
  return (
    <label class="card" title={museumName(t, preset.work)} data-testid={`${name}-${preset.id}`}>
      <input type="radio" name={name} value={preset.id} checked={checked} onChange={() => onChoose(preset.id)} />
      <span class="card-picture" style={{ '--colour': preset.colour }}>
        <img src={presetPaths.file(preset.thumbnail)} alt="" loading="lazy" decoding="async" width={160} height={160} />
      </span>
      <span class="card-label">
        <span class="card-work">{museumName(t, preset.work)}</span>
        <span class="card-painter">
          {museumName(t, preset.painter)}, {preset.year}
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

interface RowProps {
  /** Ids; more than one is a mix, in which no card is the choice. */
  readonly chosen: readonly string[];
  readonly onChoose: (id: string) => void;
  /** Of the radio group, and of the cards for tests. */
  readonly name: string;
  /** More cards, before the paintings. */
  readonly children?: ComponentChildren;
}

export function PresetRow({ chosen, onChoose, name, children }: RowProps) {
  const t = dictionary.value;
  const state = presets.value;
  const list = state.status === 'ready' ? state.list : [];
  const [only] = chosen.length === 1 ? chosen : [];
  return (
    <div class="gallery-frames">
      <div class="gallery">
        {children}
        {list.length > 0
          ? list.map((preset) => (
              <PresetCard key={preset.id} {...{ preset, name, onChoose }} checked={preset.id === only} />
            ))
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

/** The fast styles: the same paintings. */
export function FastGallery() {
  const t = dictionary.value;
  const { styles } = recipes.value.fast;
  const chosen = styles.map(({ style }) => style);
  return (
    <section class="block" aria-labelledby="fast-heading">
      <header class="block-head">
        <h2 id="fast-heading">{t.styles.heading}</h2>
        <p class="help">{t.fast.help}</p>
      </header>
      {styles.length > 1 && (
        <p class="help" data-testid="fast-mixed">
          {t.styles.mixed(formatInteger(t.tag, styles.length))}
        </p>
      )}
      <div role="radiogroup" aria-labelledby="fast-heading" data-testid="fast-gallery">
        <PresetRow chosen={chosen} onChoose={chooseFast} name="fast">
          <OwnFastCards chosen={chosen} name="fast" />
        </PresetRow>
      </div>
      <OwnFastTools chosen={chosen} />
    </section>
  );
}

export function Gallery() {
  const t = dictionary.value;
  const chosen = chosenStyle.value;
  const preset = typeof chosen === 'object' ? chosen?.preset : undefined;
  return (
    <section class="block" aria-labelledby="styles-heading">
      <header class="block-head">
        <h2 id="styles-heading">{t.styles.heading}</h2>
        <p class="help">{t.styles.help}</p>
      </header>
      {chosen === 'mixed' && (
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
        <PresetRow chosen={preset ? [preset] : []} onChoose={choosePreset} name="style" />
        <OwnStyle />
      </div>
    </section>
  );
}
