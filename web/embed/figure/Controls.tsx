/** A figure's one or two controls, by name (shared/figures.ts). */
import { useEffect, useState } from 'preact/hooks';
import { atlasPaths } from '../../../shared/atlas';
import { figureControls } from '../../../shared/figures';
import { type ImagenetClass, kindsAgreement, kindsPercent } from '../../../shared/imagenet';
import { kindsNetwork } from '../../../shared/networks';
import type { Recipe, TechniqueName } from '../../../shared/techniques';
import type { Field } from '../../../shared/techniques/contract';
import {
  changesOf,
  fieldsOf,
  fromSlider,
  keyOf,
  reaching,
  readField,
  toSlider,
} from '../../../shared/techniques/values';
import type { StudioWords } from '../../../shared/words/studio';
import { busy } from '../../page/run/drive';
import { sliderText } from '../../page/words/slider';
import { recipe, run } from './state';

interface FieldWords {
  readonly label: string;
  readonly options?: Readonly<Record<string, string>>;
}

type Option = readonly [value: string, label: string];

export function Controls({ words, figure }: { readonly words: StudioWords; readonly figure: string }) {
  const now = recipe.value;
  const [kinds, setKinds] = useState<readonly ImagenetClass[] | null>(null);
  const [layers, setLayers] = useState<readonly string[]>([]);
  const asked = figureControls[figure] ?? [];
  const knowsKinds = now?.network === kindsNetwork;
  const asksLayer = asked.includes('layer');
  useEffect(() => {
    if (knowsKinds) void import('./kinds').then(({ kindsIn }) => setKinds(kindsIn(words.tag)));
  }, [knowsKinds]);
  useEffect(() => {
    const names = async () => (await fetch(atlasPaths.facts('index'))).json() as Promise<readonly string[]>;
    // Without them the layer stays what it is.
    if (asksLayer) void names().then(setLayers, () => undefined);
  }, [asksLayer]);
  if (!now) return null;
  const name = now.technique as TechniqueName;
  const fields = fieldsOf(name).filter((field) => asked.includes(keyOf(field)) && (field.when?.(now) ?? true));
  const texts = words.techniques[name].fields as Readonly<Record<string, FieldWords>>;
  const { kinds: known, among, byFrequency } = kindsAgreement;

  const optionsOf = (field: Field<Recipe>): readonly Option[] | null => {
    if (field.kind === 'layer') return layers.map((layer) => [layer, layer]);
    if (field.kind === 'channel' && kinds) return kinds.map(({ number, names }) => [String(number), names[0] ?? '']);
    if (field.kind !== 'choice') return null;
    const said = texts[keyOf(field)]?.options ?? {};
    return field.options.map((option, i) => [String(option), field.labels?.[i] ?? said[option] ?? String(option)]);
  };
  const control = (field: Field<Recipe>) => {
    const value = readField(now, field);
    const set = (next: unknown) => void run(changesOf(now, field, next));
    const common = { id: keyOf(field), disabled: busy.value, 'data-testid': `figure-${keyOf(field)}` };
    const options = optionsOf(field);
    if (options)
      return (
        <select
          {...common}
          value={String(value)}
          onChange={({ currentTarget: { value: next } }) => set(field.kind === 'channel' ? Number(next) : next)}
        >
          {options.map(([each, label]) => (
            <option key={each} value={each}>
              {label}
            </option>
          ))}
        </select>
      );
    if (field.kind === 'range')
      return (
        <>
          <input
            {...common}
            type="range"
            {...reaching(field, toSlider(value as number, field))}
            value={toSlider(value as number, field)}
            aria-valuetext={sliderText(words.tag, field, value as number)}
            onChange={({ currentTarget }) => set(fromSlider(currentTarget.valueAsNumber, field.scale))}
          />
          <output>{sliderText(words.tag, field, value as number)}</output>
        </>
      );
    return (
      <input
        {...common}
        type="number"
        min={0}
        value={value === undefined ? '' : String(value)}
        onChange={({ currentTarget: { valueAsNumber: channel } }) =>
          set(Number.isInteger(channel) ? channel : undefined)
        }
      />
    );
  };
  return (
    <div class="row" data-testid="figure-controls">
      {fields.map((field) => {
        const said = field.kind === 'channel' && knowsKinds ? 'class' : keyOf(field);
        return (
          <span key={said} class="control">
            <label for={keyOf(field)}>{texts[said]?.label ?? said}</label>
            {control(field)}
          </span>
        );
      })}
      {kinds && (
        <p class="help">
          {words.layers.kinds(String(known), String(kindsPercent(among)), String(kindsPercent(byFrequency)))}
        </p>
      )}
    </div>
  );
}
