/** A class of ImageNet, searched for by name: the ARIA Authoring Practices' combobox with a list. */
import '../../state/partWords';
import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { classesBeginning, type ImagenetClass, kindsAgreement, kindsPercent } from '../../../../shared/imagenet';
import { dictionary } from '../../state/language';

/** More are found by typing on. */
const shown = 8;

interface Props {
  readonly classes: readonly ImagenetClass[];
  readonly label: string;
  readonly testId: string;
  readonly help: string;
  readonly value: number | undefined;
  readonly onValue: (number: number | undefined) => void;
}

export function ClassField({ classes, label, testId, help, value, onValue }: Props) {
  const t = dictionary.value;
  const id = useId();
  /** Null while nothing is being typed: then the chosen class is shown. */
  const typed = useSignal<string | null>(null);
  const active = useSignal(0);
  const found = typed.value === null ? [] : classesBeginning(typed.value, classes).slice(0, shown);
  const chosen = value === undefined ? undefined : classes[value];
  const pick = (each: ImagenetClass) => {
    typed.value = null;
    onValue(each.number);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const current = found[active.value];
    if (step && found.length > 0) active.value = (active.value + step + found.length) % found.length;
    else if (event.key === 'Enter' && current) pick(current);
    else if (event.key === 'Escape' && typed.value !== null) typed.value = null;
    else return;
    event.preventDefault();
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="combo">
        <input
          id={id}
          data-testid={testId}
          type="text"
          role="combobox"
          aria-expanded={found.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={found.length > 0 ? `${id}-${active.value}` : undefined}
          aria-describedby={`${id}-help`}
          spellcheck={false}
          autocomplete="off"
          autocapitalize="none"
          placeholder={t.layers.all}
          value={typed.value ?? chosen?.names[0] ?? ''}
          onFocus={(event) => event.currentTarget.select()}
          onInput={(event) => {
            const text = event.currentTarget.value;
            typed.value = text;
            active.value = 0;
            event.currentTarget.scrollIntoView({ block: 'nearest' });
            if (text.trim() === '') onValue(undefined);
          }}
          onBlur={() => {
            typed.value = null;
          }}
          onKeyDown={onKeyDown}
        />
        <div id={`${id}-list`} class="combo-list" role="listbox" aria-label={label} hidden={found.length === 0}>
          {found.map((each, index) => (
            <div
              key={each.number}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === active.value}
              data-testid={`${testId}-${each.number}`}
              // What is pressed keeps the focus where it is: leaving the field would close the list first.
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => pick(each)}
              onKeyDown={onKeyDown}
            >
              {each.names.join(', ')}
            </div>
          ))}
        </div>
      </div>
      <p class="help" id={`${id}-help`}>
        {classes.length === kindsAgreement.kinds
          ? t.layers.kinds(
              String(kindsAgreement.kinds),
              String(kindsPercent(kindsAgreement.among)),
              String(kindsPercent(kindsAgreement.byFrequency)),
            )
          : chosen
            ? t.layers.classNumber(String(chosen.number), chosen.names.slice(1).join(', '))
            : help}
      </p>
    </div>
  );
}
