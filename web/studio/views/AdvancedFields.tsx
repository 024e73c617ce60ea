/** What few people need: seed, start, smoothness, preview, the recipe as text, stored weights. A chunk of its own. */
import { limits } from '../../../shared/limits';
import { techniqueNamed } from '../../../shared/techniques';
import { Icon } from '../../page/parts/Icon';
import { formatBytes } from '../../page/words/format';
import { clearStorage } from '../state/actions';
import { chooseNetwork } from '../state/chooseNetwork';
import { dictionary } from '../state/language';
import { networks } from '../state/networks';
import { livePreview } from '../state/preview';
import { editShared, recipe, resetSettings, rollSeed, technique } from '../state/recipe';
import { chooseSketches, sketches } from '../state/sketch';
import { SelectField } from './fields';
import { RecipeBox } from './RecipeBox';
import { StyleAdvanced } from './techniques/StyleAdvanced';

function SeedField() {
  const t = dictionary.value;
  const { min, max } = limits.run.seed;
  const set = (input: HTMLInputElement) => {
    const value = input.valueAsNumber;
    if (Number.isInteger(value) && value >= min && value <= max) editShared({ seed: value });
    // What is not a seed is not left standing as if it were one.
    else input.value = String(recipe.value.seed);
  };
  return (
    <div class="field">
      <label for="seed">{t.settings.seed}</label>
      <div class="field-row">
        <input
          id="seed"
          data-testid="seed"
          type="number"
          inputMode="numeric"
          min={min}
          max={max}
          step={1}
          value={recipe.value.seed}
          aria-describedby="seed-help"
          onChange={(event) => set(event.currentTarget)}
        />
        <button
          type="button"
          class="icon-only"
          data-testid="dice"
          aria-label={t.settings.dice}
          title={t.settings.dice}
          onClick={() => rollSeed()}
        >
          <Icon name="dice" />
        </button>
      </div>
      <p class="help" id="seed-help">
        {t.settings.seedHelp}
      </p>
    </div>
  );
}

function NetworkField() {
  const t = dictionary.value;
  if (networks.value.length < 2) return null;
  return (
    <SelectField
      label={t.settings.network}
      help={t.settings.networkHelp}
      testId="network"
      choices={networks.value.map(({ id, bytes }) => ({
        value: id,
        label: bytes > 0 ? t.layers.networkOption(id, formatBytes(t.tag, bytes)) : id,
      }))}
      value={recipe.value.network}
      onValue={chooseNetwork}
    />
  );
}

export function AdvancedFields() {
  const t = dictionary.value;
  return (
    <>
      <SeedField />
      {technique.value === 'style' && <StyleAdvanced />}
      {/* One pass is by the network that has learned the styles. */}
      {techniqueNamed(technique.value).network !== 'paints' && <NetworkField />}
      <div class="field">
        <label class="check">
          <input
            type="checkbox"
            data-testid="live-preview"
            checked={livePreview.value}
            onChange={(event) => {
              livePreview.value = event.currentTarget.checked;
            }}
          />
          {t.settings.livePreview}
        </label>
        <p class="help">{t.settings.livePreviewHelp}</p>
      </div>
      {techniqueNamed(technique.value).sketch && (
        <div class="field">
          <label class="check">
            <input
              type="checkbox"
              data-testid="sketches"
              checked={sketches.value}
              onChange={(event) => chooseSketches(event.currentTarget.checked)}
            />
            {t.settings.sketches}
          </label>
          <p class="help">{t.settings.sketchesHelp}</p>
        </div>
      )}
      <RecipeBox />
      <div class="field">
        <div class="field-row wrap">
          <button type="button" data-testid="reset" onClick={resetSettings}>
            {t.settings.reset}
          </button>
          <button type="button" data-testid="clear-storage" onClick={() => void clearStorage()}>
            {t.storage.clear}
          </button>
        </div>
        <p class="help">{t.storage.clearHelp}</p>
      </div>
    </>
  );
}
