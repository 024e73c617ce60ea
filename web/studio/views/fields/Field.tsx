/**
 * A technique's control, made of the field that describes it (shared/techniques): sliders, choices, ticks and the size. All
 * others come with `More.tsx`, when the first of them is wanted.
 */
import type { FunctionComponent } from 'preact';
import { firstTechnique, type Recipe, type TechniqueName } from '../../../../shared/techniques';
import type {
  Field as AnyField,
  ChoiceField as Choice,
  RangeField as Range,
} from '../../../../shared/techniques/contract';
import { fieldsOf, fromSlider, keyOf, reaching, readField, toSlider } from '../../../../shared/techniques/values';
import { formatInteger } from '../../../page/words/format';
import { sliderText } from '../../../page/words/slider';
import { dictionary } from '../../state/language';
import { editField, recipes } from '../../state/recipe';
import { SizeField } from '../SizeField';
import { CheckField, ChoiceField, RangeField, SelectField } from './controls';

export type TechniqueField = AnyField<Recipe>;

/** The technique's fields that its recipe has a use for, in their order. */
export const fieldsIn = (name: TechniqueName, place?: 'advanced'): readonly TechniqueField[] =>
  fieldsOf(name).filter((field) => field.place === place && (field.when?.(recipes.value[name]) ?? true));

/** What a field is called, and what is said of it. */
interface FieldWords {
  readonly label: string;
  readonly help: string | Readonly<Record<string, string>>;
  /** What the two ends of a slider mean. */
  readonly ends?: readonly [string, string];
  readonly options?: Readonly<Record<string, string>>;
  /** Of a slider that stands at 0. */
  readonly none?: string;
}

/** Label, test id and the sentence that is true of the recipe as it is. */
export function describeField(name: TechniqueName, field: TechniqueField) {
  const recipe = recipes.value[name];
  const words = dictionary.value.techniques[name].fields as Readonly<Record<string, FieldWords>>;
  const key = keyOf(field);
  const { label, help, ...more } = words[key] ?? { label: key, help: '' };
  const told = field.tells?.(recipe) ?? String(readField(recipe, field));
  const id = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return {
    shared: {
      label,
      help: typeof help === 'string' ? help : (help[told] ?? ''),
      testId: name === firstTechnique ? id : `${name}-${id}`,
    },
    ...more,
  };
}

interface Props<F> {
  readonly name: TechniqueName;
  readonly field: F;
}

function Slider({ name, field }: Props<Range<Recipe>>) {
  const { tag } = dictionary.value;
  const { shared, ends, none } = describeField(name, field);
  const own = readField(recipes.value[name], field) as number;
  const value = toSlider(own, field);
  return (
    <RangeField
      {...shared}
      {...(ends ? { ends } : {})}
      {...reaching(field, value)}
      value={value}
      text={none !== undefined && value === 0 ? none : sliderText(tag, field, own)}
      onValue={(next) => editField(name, field, fromSlider(next, field.scale))}
    />
  );
}

function Options({ name, field }: Props<Choice<Recipe>>) {
  const { tag } = dictionary.value;
  const { shared, options = {} } = describeField(name, field);
  const value = readField(recipes.value[name], field);
  const choices = field.options.map((option, i) => ({
    value: String(option),
    label: field.labels?.[i] ?? options[option] ?? (typeof option === 'number' ? formatInteger(tag, option) : option),
  }));
  const take = (chosen: string) =>
    editField(
      name,
      field,
      field.options.find((option) => String(option) === chosen),
    );
  return field.list ? (
    <SelectField {...shared} choices={choices} value={String(value)} onValue={take} />
  ) : (
    <ChoiceField {...shared} choices={choices} value={value === null ? null : String(value)} onValue={take} />
  );
}

const isPlain = ({ kind }: TechniqueField) => ['range', 'choice', 'check', 'size'].includes(kind);

/** True where fields can be shown without what `More.tsx` brings. */
export const arePlain = (fields: readonly TechniqueField[]): boolean => fields.every(isPlain);

/** @param more shows the kinds that are not plain. */
export function Field({ name, field, more: More }: Props<TechniqueField> & { readonly more?: FieldView | undefined }) {
  switch (field.kind) {
    case 'range':
      return <Slider name={name} field={field} />;
    case 'choice':
      return <Options name={name} field={field} />;
    case 'check': {
      const checked = readField(recipes.value[name], field) === true;
      const take = (next: boolean) => editField(name, field, next);
      return <CheckField {...describeField(name, field).shared} checked={checked} onValue={take} />;
    }
    case 'size':
      return <SizeField />;
    default:
      return More ? <More name={name} field={field} /> : null;
  }
}

export type FieldView = FunctionComponent<Props<TechniqueField>>;
