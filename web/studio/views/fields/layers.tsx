/** How a layer and its channels are chosen, whatever the technique. */
import '../../state/partWords';
import { useId } from 'preact/hooks';
import { limits } from '../../../../shared/limits';
import { reaching } from '../../../../shared/techniques/values';
import { Icon } from '../../../page/parts/Icon';
import { formatDecimal } from '../../../page/words/format';
import { dictionary } from '../../state/language';
import { taps } from '../../state/networks';
import { SelectField, TextField } from './controls';

interface LayerProps {
  readonly label?: string;
  readonly testId: string;
  readonly help: string;
  readonly value: string;
  readonly onValue: (layer: string) => void;
}

/** By list where the network's layers are known here, by name otherwise. */
export function LayerField({ label, testId, help, value, onValue }: LayerProps) {
  const t = dictionary.value;
  const known = taps.value;
  const shared = { label: label ?? t.layers.layer, help, testId, value };
  if (known.length === 0) {
    const take = (name: string) => {
      if (name.trim() === '') return false;
      onValue(name.trim());
      return true;
    };
    return <TextField {...shared} onValue={take} />;
  }
  const choices = known.map(({ name, channels }) => ({ value: name, label: t.layers.option(name, String(channels)) }));
  const chosen = known.find(({ name }) => name === value);
  const sees = chosen && t.layers.sees(String(chosen.sees));
  return <SelectField {...shared} help={sees ? `${help} ${sees}` : help} choices={choices} onValue={onValue} />;
}

/** `3, 17 40` as channel numbers; null when it is anything else or a channel is not there. */
export function parseChannels(text: string, count = 65_536): readonly number[] | null {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '');
  const numbers = parts.map(Number);
  const good = parts.every((part) => /^\d+$/.test(part)) && numbers.every((number) => number < count);
  return good && numbers.length <= 256 ? [...new Set(numbers)] : null;
}

interface ChannelsProps {
  readonly label?: string;
  readonly testId: string;
  readonly layer: string;
  readonly help: string;
  /** One channel at most. */
  readonly single?: boolean;
  readonly value: readonly number[];
  readonly onValue: (channels: readonly number[]) => void;
}

export function ChannelsField({ label, testId, layer, help, single = false, value, onValue }: ChannelsProps) {
  const t = dictionary.value;
  const count = taps.value.find(({ name }) => name === layer)?.channels;
  const take = (text: string) => {
    const channels = parseChannels(text, count);
    if (!channels || (single && channels.length > 1)) return false;
    onValue(channels);
    return true;
  };
  return (
    <TextField
      label={label ?? (single ? t.layers.channel : t.layers.channels)}
      help={count === undefined ? help : `${help} ${t.layers.channelRange(String(count - 1))}`}
      testId={testId}
      value={value.join(', ')}
      placeholder={t.layers.all}
      onValue={take}
    />
  );
}

/** A layer's weight beside the others. */
export const layerWeightRange = { min: 0, max: 4, step: 0.1 };

export interface WeightedLayer {
  readonly layer: string;
  readonly weight: number;
}

interface WeightedProps {
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

/** Layers and how much each counts: a row for each, a list to add from. */
export function WeightedLayers({ label, help, testId, choices, value, least, onValue }: WeightedProps) {
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
