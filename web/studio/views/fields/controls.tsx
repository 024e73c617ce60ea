/** The kinds of control the settings are made of, each with its name, its value and one sentence of help. */
import { useId } from 'preact/hooks';

interface RangeProps {
  readonly label: string;
  readonly help: string;
  readonly testId: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly value: number;
  /** The value as it is read and spoken. */
  readonly text: string;
  /** What the two ends mean. */
  readonly ends?: readonly [string, string];
  readonly onValue: (value: number) => void;
}

export function RangeField({ label, help, testId, min, max, step, value, text, ends, onValue }: RangeProps) {
  const id = useId();
  return (
    <div class="field">
      <div class="field-head">
        <label for={id}>{label}</label>
        <output for={id}>{text}</output>
      </div>
      <input
        id={id}
        data-testid={testId}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        style={{ '--at': (value - min) / (max - min) }}
        aria-valuetext={text}
        aria-describedby={`${id}-help`}
        onInput={(event) => onValue(event.currentTarget.valueAsNumber)}
      />
      {ends && (
        <p class="field-ends" aria-hidden="true">
          <span>{ends[0]}</span>
          <span>{ends[1]}</span>
        </p>
      )}
      <p class="help" id={`${id}-help`}>
        {help}
      </p>
    </div>
  );
}

export interface Choice<T> {
  readonly value: T;
  readonly label: string;
  /** Why it cannot be chosen; also its tooltip. */
  readonly refusal?: string | undefined;
}

interface ChoiceProps<T> {
  readonly label: string;
  readonly help: string;
  readonly testId: string;
  readonly choices: readonly Choice<T>[];
  readonly value: T | null;
  readonly onValue: (value: T) => void;
}

export function ChoiceField<T extends string | number>(props: ChoiceProps<T>) {
  const { label, help, testId, choices, value, onValue } = props;
  const id = useId();
  return (
    <fieldset class="field" data-testid={testId} aria-describedby={`${id}-help`}>
      <legend>{label}</legend>
      <div class="choices">
        {choices.map((choice) => (
          <label key={choice.value} class="choice" title={choice.refusal}>
            <input
              type="radio"
              name={id}
              value={choice.value}
              checked={choice.value === value}
              disabled={choice.refusal !== undefined}
              onChange={() => onValue(choice.value)}
            />
            <span>{choice.label}</span>
          </label>
        ))}
      </div>
      <p class="help" id={`${id}-help`}>
        {help}
      </p>
    </fieldset>
  );
}

interface CheckProps {
  readonly label: string;
  readonly help: string;
  readonly testId: string;
  readonly checked: boolean;
  readonly onValue: (checked: boolean) => void;
}

export function CheckField({ label, help, testId, checked, onValue }: CheckProps) {
  const id = useId();
  return (
    <div class="field">
      <label class="check">
        <input
          type="checkbox"
          data-testid={testId}
          checked={checked}
          aria-describedby={`${id}-help`}
          onChange={(event) => onValue(event.currentTarget.checked)}
        />
        {label}
      </label>
      <p class="help" id={`${id}-help`}>
        {help}
      </p>
    </div>
  );
}

interface SelectProps extends Omit<ChoiceProps<string>, 'value'> {
  readonly value: string;
}

/** For choices too many to lie side by side. A value that is not among them is shown all the same. */
export function SelectField({ label, help, testId, choices, value, onValue }: SelectProps) {
  const id = useId();
  const known = choices.some((choice) => choice.value === value);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        data-testid={testId}
        value={value}
        aria-describedby={`${id}-help`}
        onChange={(event) => onValue(event.currentTarget.value)}
      >
        {!known && <option value={value}>{value}</option>}
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value} disabled={choice.refusal !== undefined}>
            {choice.label}
          </option>
        ))}
      </select>
      <p class="help" id={`${id}-help`}>
        {help}
      </p>
    </div>
  );
}

interface TextProps {
  readonly label: string;
  readonly help: string;
  readonly testId: string;
  readonly value: string;
  readonly placeholder?: string;
  /** Taken over at every key, because what changes beside it would else put the old text back; any text must be of use. */
  readonly eager?: boolean;
  /** @returns false when the text cannot be used: then the one before it is put back. */
  readonly onValue: (value: string) => boolean;
}

export function TextField({ label, help, testId, value, placeholder = '', eager = false, onValue }: TextProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        data-testid={testId}
        type="text"
        value={value}
        placeholder={placeholder}
        spellcheck={false}
        autocomplete="off"
        aria-describedby={`${id}-help`}
        onInput={(event) => {
          if (eager) onValue(event.currentTarget.value);
        }}
        onChange={(event) => {
          if (!onValue(event.currentTarget.value)) event.currentTarget.value = value;
        }}
      />
      <p class="help" id={`${id}-help`}>
        {help}
      </p>
    </div>
  );
}

interface ChipsProps {
  readonly label: string;
  readonly help: string;
  readonly testId: string;
  readonly choices: readonly string[];
  readonly chosen: readonly string[];
  /** In the order of `choices`. */
  readonly onValue: (chosen: readonly string[]) => void;
}

/** Any number of choices, at least one. */
export function ChipsField({ label, help, testId, choices, chosen, onValue }: ChipsProps) {
  const id = useId();
  const all = [...choices, ...chosen.filter((each) => !choices.includes(each))];
  return (
    <fieldset class="field" data-testid={testId} aria-describedby={`${id}-help`}>
      <legend>{label}</legend>
      <div class="chips">
        {all.map((each) => {
          const checked = chosen.includes(each);
          return (
            <label key={each} class="chip">
              <input
                type="checkbox"
                value={each}
                checked={checked}
                disabled={checked && chosen.length === 1}
                onChange={(event) => {
                  const on = event.currentTarget.checked;
                  onValue(all.filter((other) => (other === each ? on : chosen.includes(other))));
                }}
              />
              <span>{each}</span>
            </label>
          );
        })}
      </div>
      <p class="help" id={`${id}-help`}>
        {help}
      </p>
    </fieldset>
  );
}
