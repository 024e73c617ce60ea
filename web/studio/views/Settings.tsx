/** The controls most people touch. Each edits one field of the recipe. */
import { formatBytes, formatDecimal, formatInteger } from '../i18n/format';
import { estimate, largestSize } from '../state/engine';
import { dictionary } from '../state/language';
import { octaveOf, strengthRange, styleScaleOf, styleScaleRange } from '../state/ranges';
import { edit, qualities, quality, recipe, setQuality, setSize } from '../state/recipe';
import { offeredSizes, sizeSteps } from '../state/sizes';
import { ChoiceField, RangeField } from './fields';

function SizeField() {
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

function QualityField() {
  const t = dictionary.value;
  const now = quality.value;
  return (
    <ChoiceField
      label={t.settings.quality}
      help={now === 'custom' ? t.settings.qualityCustom : t.settings.qualityHelp}
      testId="quality"
      choices={qualities.map((value) => ({ value, label: t.settings.qualities[value] }))}
      value={now === 'custom' ? null : now}
      onValue={setQuality}
    />
  );
}

function StyleScaleField() {
  const t = dictionary.value;
  const { styleScale } = recipe.value;
  return (
    <RangeField
      label={t.settings.styleScale}
      help={t.settings.styleScaleHelp}
      testId="style-scale"
      {...styleScaleRange}
      value={octaveOf(styleScale)}
      text={`×${formatDecimal(t.tag, styleScale)}`}
      ends={[t.settings.styleScaleLow, t.settings.styleScaleHigh]}
      onValue={(octave) => edit({ styleScale: styleScaleOf(octave) })}
    />
  );
}

export function Settings() {
  const t = dictionary.value;
  const { strength } = recipe.value;
  return (
    <section class="block" aria-labelledby="settings-heading">
      <header class="block-head">
        <h2 id="settings-heading">{t.settings.heading}</h2>
      </header>
      <RangeField
        label={t.settings.strength}
        help={t.settings.strengthHelp}
        testId="strength"
        {...strengthRange}
        value={strength}
        text={formatDecimal(t.tag, strength, 0)}
        ends={[t.settings.strengthLow, t.settings.strengthHigh]}
        onValue={(value) => edit({ strength: value })}
      />
      <SizeField />
      <QualityField />
      <StyleScaleField />
    </section>
  );
}
