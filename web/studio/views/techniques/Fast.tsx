/** Fast style transfer's controls: which of the learned styles, how much of each, and how strong. */
import type { FastRecipe } from '../../../../shared/recipe';
import { formatDecimal, formatPercent } from '../../i18n/format';
import { museumName } from '../../i18n/works';
import { dictionary } from '../../state/language';
import { mixRange, strengthRange } from '../../state/ranges';
import { editOf, recipes } from '../../state/recipe';
import { presets } from '../../state/styles';
import { RangeField } from '../fields';

const edit = (changes: Partial<FastRecipe>) => editOf('fast', changes);

export function FastSettings() {
  const t = dictionary.value;
  const { styles, strength } = recipes.value.fast;
  const total = styles.reduce((sum, { weight }) => sum + weight, 0);
  const list = presets.value.status === 'ready' ? presets.value.list : [];
  return (
    <>
      {list.map(({ id, work }) => {
        const weight = styles.find(({ style }) => style === id)?.weight ?? 0;
        return (
          <RangeField
            key={id}
            label={museumName(t.tag, work)}
            help={t.mix.weightHelp}
            testId={`fast-${id}`}
            {...mixRange}
            min={0}
            value={weight}
            text={formatPercent(t.tag, total > 0 ? weight / total : 0)}
            onValue={(value) => {
              const others = styles.filter(({ style }) => style !== id);
              edit({ styles: value > 0 ? [...others, { style: id, weight: value }] : others });
            }}
          />
        );
      })}
      <RangeField
        label={t.settings.strength}
        help={t.settings.strengthHelp}
        testId="fast-strength"
        {...strengthRange}
        value={strength}
        text={formatDecimal(t.tag, strength, 0)}
        ends={[t.settings.strengthLow, t.settings.strengthHigh]}
        onValue={(value) => edit({ strength: value })}
      />
    </>
  );
}
