/** What few people need: seed, start, smoothness, preview, the recipe as text, stored weights. A chunk of its own. */
import '../state/partWords';
import { techniqueNamed } from '../../../shared/techniques';
import { getEngine } from '../../page/run/engine';
import { livePreview } from '../state/appearance';
import { dictionary } from '../state/language';
import { complain, confirm } from '../state/notice';
import { resetSettings, technique } from '../state/recipe';
import { chooseSketches, sketches } from '../state/sketch';
import { fieldsIn } from './fields/Field';
import { Fields } from './fields/More';
import { NamedSettings } from './NamedSettings';
import { RecipeBox } from './RecipeBox';

async function clearStorage(): Promise<void> {
  try {
    await (await getEngine()).clearStorage();
    confirm((t) => t.storage.cleared);
  } catch (cause) {
    complain(cause);
  }
}

export function AdvancedFields() {
  const t = dictionary.value;
  return (
    <>
      <Fields name={technique.value} fields={fieldsIn(technique.value, 'advanced')} />
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
          {t.advanced.livePreview}
        </label>
        <p class="help">{t.advanced.livePreviewHelp}</p>
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
            {t.advanced.sketches}
          </label>
          <p class="help">{t.advanced.sketchesHelp}</p>
        </div>
      )}
      <NamedSettings />
      <RecipeBox />
      <div class="field">
        <div class="field-row wrap">
          <button type="button" data-testid="reset" onClick={resetSettings}>
            {t.advanced.reset}
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
