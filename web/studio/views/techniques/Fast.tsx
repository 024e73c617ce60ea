/** Fast style transfer's own view: how much of each learned style. */
import '../../state/partWords';
import { limits } from '../../../../shared/limits';
import { reaching } from '../../../../shared/techniques/values';
import { Icon } from '../../../page/parts/Icon';
import { formatPercent } from '../../../page/words/format';
import { dictionary } from '../../state/language';
import { fastStyleName, mixable } from '../../state/ownStyles';
import { mixFast, recipes } from '../../state/recipe';
import { RangeField } from '../fields/controls';

/** A style's share in a mix, before all are brought to one. */
export const mixRange = { min: 0.05, max: 2, step: 0.05 };

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
