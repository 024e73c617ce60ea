/** Fast style transfer's controls: which of the learned styles, how much of each, how strong, and live. */
import { limits } from '../../../../shared/limits';
import { Icon } from '../../../page/parts/Icon';
import { formatDecimal, formatPercent } from '../../../page/words/format';
import { editFast, mixFast } from '../../state/fastChoice';
import { dictionary } from '../../state/language';
import { openLive } from '../../state/live';
import { fastStyleName, mixable } from '../../state/ownStyles';
import { mixRange, reaching, strengthRange } from '../../state/ranges';
import { recipes } from '../../state/recipe';
import { remembered } from '../../state/storage';
import { lesson, openTraining, trainOpen } from '../../state/training';
import { RangeField } from '../fields';

export function FastSettings() {
  const t = dictionary.value;
  return (
    <>
      <FastMix />
      <div class="field">
        <button type="button" data-testid="live-open" onClick={openLive}>
          <Icon name="camera" />
          {t.live.open}
        </button>
        <p class="help">{t.live.help}</p>
      </div>
      <TrainField />
    </>
  );
}

/** The way in, or how far it is: a training goes on while its dialog is closed. */
function TrainField() {
  const t = dictionary.value;
  const now = lesson.value;
  // Whatever was left or thrown away in the dialog is known when it closes.
  const unfinished = now || trainOpen.value ? null : remembered('unfinished-training');
  return (
    <div class="field">
      <button type="button" data-testid="train-open" onClick={openTraining}>
        <Icon name="plus" />
        {t.train.open}
      </button>
      <p class="help" role="status" data-testid="train-status">
        {now && t.train.status(now.name, formatPercent(t.tag, now.step / now.steps))}
        {unfinished && t.train.waiting(unfinished)}
        {!now && !unfinished && t.train.openHelp}
      </p>
    </div>
  );
}

/** Also beside the camera's picture. */
export function FastMix() {
  const t = dictionary.value;
  const { styles, strength } = recipes.value.fast;
  const total = styles.reduce((sum, { weight }) => sum + weight, 0);
  const others = mixable(styles.map(({ style }) => style));
  const nameOf = (style: string) => fastStyleName(style, t);
  return (
    <>
      <RangeField
        label={t.settings.strength}
        help={t.fast.strengthHelp}
        testId="fast-strength"
        {...strengthRange}
        value={strength}
        text={formatDecimal(t.tag, strength, 0)}
        onValue={(value) => editFast({ strength: value })}
      />
      <div class="field mix" data-testid="fast-mix">
        <h3 class="field-title">{t.fast.mix}</h3>
        {styles.length > 1 && (
          <ol>
            {styles.map(({ style, weight }) => (
              <li key={style} class="mix-row">
                <RangeField
                  label={nameOf(style)}
                  help={t.mix.weightHelp}
                  testId={`fast-weight-${style}`}
                  {...reaching(mixRange, weight)}
                  value={weight}
                  text={formatPercent(t.tag, total > 0 ? weight / total : 0)}
                  onValue={(value) => mixFast(style, value)}
                />
                <button
                  type="button"
                  class="quiet icon-only"
                  data-testid={`fast-remove-${style}`}
                  aria-label={t.mix.remove(nameOf(style))}
                  title={t.mix.remove(nameOf(style))}
                  onClick={() => mixFast(style, 0)}
                >
                  <Icon name="close" />
                </button>
              </li>
            ))}
          </ol>
        )}
        {others.length > 0 && styles.length < limits.run.maxStyles && (
          <select
            class="mix-add"
            data-testid="fast-add"
            aria-label={t.mix.add}
            value=""
            onChange={(event) => {
              if (event.currentTarget.value) mixFast(event.currentTarget.value, 1);
              event.currentTarget.value = '';
            }}
          >
            <option value="">{t.mix.add}</option>
            {others.map((id) => (
              <option key={id} value={id}>
                {nameOf(id)}
              </option>
            ))}
          </select>
        )}
      </div>
    </>
  );
}
