/** What a slider's number reads as. */
import type { Recipe } from '../../../shared/techniques';
import type { RangeField } from '../../../shared/techniques/contract';
import { toSlider } from '../../../shared/techniques/values';
import { formatDecimal, formatInteger, formatPercent } from './format';

/** @param own the recipe's number */
export function sliderText(tag: string, field: RangeField<Recipe>, own: number): string {
  const value = toSlider(own, field);
  switch (field.format) {
    case 'integer':
      return formatInteger(tag, value);
    case 'decimal':
      return formatDecimal(tag, value);
    case 'percent':
      return formatPercent(tag, value);
    case 'hundredths':
      return formatPercent(tag, value / 100);
    case 'degrees':
      return `${formatDecimal(tag, value)}°`;
    case 'times':
      return `×${formatDecimal(tag, own)}`;
  }
}
