/** A figure's one or two controls: the first of its technique's own that need nothing but a slider, a choice or a number. */
import { useEffect, useState } from 'preact/hooks';
import { withoutControl } from '../../../shared/figures';
import { type ImagenetClass, kindsAgreement, kindsPercent } from '../../../shared/imagenet';
import { kindsNetwork } from '../../../shared/networks';
import type { TechniqueName } from '../../../shared/techniques';
import { changesOf, fieldsOf, fromSlider, keyOf, readField, toSlider } from '../../../shared/techniques/values';
import type { StudioWords } from '../../../shared/words/studio';
import { busy } from '../../page/run/drive';
import { recipe, run } from './state';

const shown = 2;

interface FieldWords {
  readonly label: string;
  readonly options?: Readonly<Record<string, string>>;
}

export function Controls({ words }: { readonly words: StudioWords }) {
  const now = recipe.value;
  const [, redraw] = useState(0);
  const [kinds, setKinds] = useState<readonly ImagenetClass[] | null>(null);
  const knowsKinds = now?.network === kindsNetwork;
  useEffect(() => {
    if (knowsKinds) void import('./kinds').then(({ kindsIn }) => setKinds(kindsIn(words.tag)));
  }, [knowsKinds]);
  if (!now) return null;
  const name = now.technique as TechniqueName;
  const fields = fieldsOf(name)
    .filter(({ kind, path, place, when }) => {
      if (place || path === 'view' || withoutControl(now.network, path) || (when && !when(now))) return false;
      return ['range', 'choice', 'check', 'channel'].includes(kind);
    })
    .slice(0, shown);
  const texts = words.techniques[name].fields as Readonly<Record<string, FieldWords>>;
  const { kinds: known, among, byFrequency } = kindsAgreement;
  const set = (field: (typeof fields)[number], value: unknown) => {
    void run(changesOf(now, field, value)).finally(() => redraw((n) => n + 1));
  };
  return (
    <div class="row" data-testid="figure-controls">
      {fields.map((field) => {
        const said = field.kind === 'channel' && knowsKinds ? 'class' : keyOf(field);
        const { label = said, options = {} } = texts[said] ?? {};
        const value = readField(now, field);
        const common = { 'aria-label': label, disabled: busy.value, 'data-testid': `figure-${keyOf(field)}` };
        return (
          <span key={field.path}>
            {label}{' '}
            {field.kind === 'range' && (
              <input
                {...common}
                type="range"
                {...{ min: field.min, max: field.max, step: field.step }}
                value={toSlider(value as number, field)}
                onChange={({ currentTarget }) => set(field, fromSlider(currentTarget.valueAsNumber, field.scale))}
              />
            )}
            {field.kind === 'choice' && (
              <select
                {...common}
                value={String(value)}
                onChange={({ currentTarget }) =>
                  set(
                    field,
                    field.options.find((option) => String(option) === currentTarget.value),
                  )
                }
              >
                {field.options.map((option, i) => (
                  <option key={option} value={String(option)}>
                    {field.labels?.[i] ?? options[option] ?? option}
                  </option>
                ))}
              </select>
            )}
            {field.kind === 'check' && (
              <input
                {...common}
                type="checkbox"
                checked={value === true}
                onChange={({ currentTarget }) => set(field, currentTarget.checked)}
              />
            )}
            {field.kind === 'channel' && kinds && (
              <select
                {...common}
                value={String(value)}
                onChange={({ currentTarget }) => set(field, Number(currentTarget.value))}
              >
                {kinds.map(({ number, names }) => (
                  <option key={number} value={String(number)}>
                    {names[0]}
                  </option>
                ))}
              </select>
            )}
            {field.kind === 'channel' && !knowsKinds && (
              <input
                {...common}
                type="number"
                min={0}
                value={value === undefined ? '' : String(value)}
                onChange={({ currentTarget }) => {
                  const channel = currentTarget.valueAsNumber;
                  set(field, Number.isInteger(channel) ? channel : undefined);
                }}
              />
            )}
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
