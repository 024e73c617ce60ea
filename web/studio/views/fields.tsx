/** The two kinds of control the settings are made of, each with its name, its value and one sentence of help. */
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
