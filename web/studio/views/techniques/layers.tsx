/** How a layer and its channels are chosen, whatever the technique. */
import { limits } from '../../../../shared/limits';
import { dictionary } from '../../state/language';
import { taps } from '../../state/networks';
import { SelectField, TextField } from '../fields';

interface LayerProps {
  readonly testId: string;
  readonly help: string;
  readonly value: string;
  readonly onValue: (layer: string) => void;
}

/** By list where the network's layers are known here, by name otherwise. */
export function LayerField({ testId, help, value, onValue }: LayerProps) {
  const t = dictionary.value;
  const known = taps.value;
  const shared = { label: t.layers.layer, help, testId, value };
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
  readonly testId: string;
  readonly layer: string;
  readonly help: string;
  /** One channel at most. */
  readonly single?: boolean;
  readonly value: readonly number[];
  readonly onValue: (channels: readonly number[]) => void;
}

export function ChannelsField({ testId, layer, help, single = false, value, onValue }: ChannelsProps) {
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
      label={single ? t.layers.channel : t.layers.channels}
      help={count === undefined ? help : `${help} ${t.layers.channelRange(String(count - 1))}`}
      testId={testId}
      value={value.join(', ')}
      placeholder={t.layers.all}
      onValue={take}
    />
  );
}

/** Names for a ladder: those of the network, or those that the recipe has. */
export const ladderNames = (): readonly string[] => taps.value.slice(0, limits.run.maxLayers).map(({ name }) => name);
