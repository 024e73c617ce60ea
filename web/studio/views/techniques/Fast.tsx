/** Fast style transfer's own views: how much of each learned style, live, and teaching it another. */
import { limits } from '../../../../shared/limits';
import { reaching } from '../../../../shared/techniques/values';
import { Icon } from '../../../page/parts/Icon';
import { formatPercent } from '../../../page/words/format';
import { dictionary } from '../../state/language';
import { fastStyleName, mixable } from '../../state/ownStyles';
import { mixFast, recipes } from '../../state/recipe';
import { remembered } from '../../state/storage';
import { lesson, openTraining, trainOpen } from '../../state/training';
import { openLive, openMany } from '../../state/view';
import { RangeField } from '../fields/controls';

/** A style's share in a mix, before all are brought to one. */
export const mixRange = { min: 0.05, max: 2, step: 0.05 };

export function LiveField() {
  const { label, help } = dictionary.value.techniques.fast.fields.live;
  return (
    <div class="field">
      <button type="button" data-testid="live-open" onClick={openLive}>
        <Icon name="camera" />
        {label}
      </button>
      <button type="button" data-testid="many-open" onClick={openMany}>
        {dictionary.value.many.open}
      </button>
      <p class="help">{help}</p>
    </div>
  );
}

/** The way in, or how far it is: a training goes on while its dialog is closed. */
export function TrainField() {
  const t = dictionary.value;
  const { label, help } = t.techniques.fast.fields.train;
  const now = lesson.value;
  // Whatever was left or thrown away in the dialog is known when it closes.
  const unfinished = now || trainOpen.value ? null : remembered('unfinished-training');
  return (
    <div class="field">
      <button type="button" data-testid="train-open" onClick={openTraining}>
        <Icon name="plus" />
        {label}
      </button>
      <p class="help" role="status" data-testid="train-status">
        {now && t.train.status(now.name, formatPercent(t.tag, now.step / now.steps))}
        {unfinished && t.train.waiting(unfinished)}
        {!now && !unfinished && help}
      </p>
    </div>
  );
}

/** The styles that are mixed, and how much of each. */
export function LearnedStyles() {
  const t = dictionary.value;
  const { label, help } = t.techniques.fast.fields.styles;
  const { styles } = recipes.value.fast;
  const total = styles.reduce((sum, { weight }) => sum + weight, 0);
  const others = mixable(styles.map(({ style }) => style));
  const nameOf = (style: string) => fastStyleName(style, t);
  return (
    <div class="field mix" data-testid="fast-mix">
      <h3 class="field-title">{label}</h3>
      {styles.length > 1 && (
        <ol>
          {styles.map(({ style, weight }) => (
            <li key={style} class="mix-row">
              <RangeField
                label={nameOf(style)}
                help={help}
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
  );
}
