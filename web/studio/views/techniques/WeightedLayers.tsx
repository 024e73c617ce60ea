/** Layers and how much each counts: a row for each, a list to add from. */
import { useId } from 'preact/hooks';
import { limits } from '../../../../shared/limits';
import { Icon } from '../../../page/parts/Icon';
import { formatDecimal } from '../../../page/words/format';
import { dictionary } from '../../state/language';
import { layerWeightRange, reaching } from '../../state/ranges';

export interface WeightedLayer {
  readonly layer: string;
  readonly weight: number;
}

interface Props {
  readonly label: string;
  readonly help: string;
  readonly testId: string;
  /** Names to add, shallow to deep. */
  readonly choices: readonly string[];
  readonly value: readonly WeightedLayer[];
  /** So many stay. */
  readonly least: 0 | 1;
  readonly onValue: (value: WeightedLayer[]) => void;
}

export function WeightedLayers({ label, help, testId, choices, value, least, onValue }: Props) {
  const t = dictionary.value;
  const id = useId();
  const others = choices.filter((name) => !value.some(({ layer }) => layer === name));
  const inOrder = (layers: readonly WeightedLayer[]) =>
    [...layers].sort((a, b) => choices.indexOf(a.layer) - choices.indexOf(b.layer));
  return (
    <fieldset class="field" data-testid={testId} aria-describedby={`${id}-help`}>
      <legend>{label}</legend>
      <p class="help" id={`${id}-help`}>
        {help}
      </p>
      <ol class="layer-rows">
        {value.map(({ layer, weight }, index) => {
          const range = reaching(layerWeightRange, weight);
          return (
            <li key={layer} class="layer-row">
              <label for={`${id}-${index}`}>{layer}</label>
              <input
                id={`${id}-${index}`}
                data-testid={`${testId}-${layer}`}
                type="range"
                {...range}
                value={weight}
                style={{ '--at': (weight - range.min) / (range.max - range.min) }}
                aria-valuetext={t.layers.weight(formatDecimal(t.tag, weight))}
                onInput={(event) => {
                  const next = event.currentTarget.valueAsNumber;
                  onValue(value.map((each, i) => (i === index ? { layer, weight: next } : each)));
                }}
              />
              <output for={`${id}-${index}`}>{formatDecimal(t.tag, weight)}</output>
              <button
                type="button"
                class="quiet icon-only"
                data-testid={`${testId}-remove-${layer}`}
                disabled={value.length <= least}
                aria-label={t.layers.remove(layer)}
                title={t.layers.remove(layer)}
                onClick={() => onValue(value.filter((_, i) => i !== index))}
              >
                <Icon name="close" />
              </button>
            </li>
          );
        })}
      </ol>
      {others.length > 0 && value.length < limits.run.maxLayers && (
        <select
          class="mix-add"
          data-testid={`${testId}-add`}
          aria-label={t.layers.add}
          value=""
          onChange={(event) => {
            const layer = event.currentTarget.value;
            if (layer) onValue(inOrder([...value, { layer, weight: 1 }]));
            event.currentTarget.value = '';
          }}
        >
          <option value="">{t.layers.add}</option>
          {others.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      )}
    </fieldset>
  );
}
