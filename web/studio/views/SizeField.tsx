/** The result's size: one choice for all techniques, with what it takes on this device. */

import { offeredSizes, sizeSteps } from '../../page/run/sizes';
import { formatBytes, formatInteger } from '../../page/words/format';
import { estimate, largestSize } from '../state/engine';
import { dictionary } from '../state/language';
import { recipe, setSize } from '../state/recipe';
import { ChoiceField } from './fields/controls';

export function SizeField() {
  const t = dictionary.value;
  const { size } = recipe.value;
  const largest = largestSize.value;
  const needs = estimate.value;
  const fits = (each: number) => largest === null || each <= largest;
  const memory = needs
    ? ` ${t.settings.memory(formatBytes(t.tag, needs.bytes), formatBytes(t.tag, needs.budgetBytes))}`
    : '';
  const capped = largest !== null && sizeSteps.some((each) => !fits(each));
  const cap = capped ? ` ${t.settings.memoryCapped(formatInteger(t.tag, largest))}` : '';
  return (
    <ChoiceField
      label={t.settings.size}
      help={t.settings.sizeHelp + memory + cap}
      testId="size"
      choices={offeredSizes(size).map((each) => ({
        value: each,
        label: String(each),
        refusal: fits(each) ? undefined : t.settings.sizeTooLarge,
      }))}
      value={size}
      onValue={setSize}
    />
  );
}
