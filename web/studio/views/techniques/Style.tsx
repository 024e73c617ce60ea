/** Style transfer's controls that most people touch. */
import { formatDecimal } from '../../../page/words/format';
import { dictionary } from '../../state/language';
import { octaveOf, strengthRange, styleScaleOf, styleScaleRange } from '../../state/ranges';
import { edit, qualities, quality, setQuality, styleRecipe } from '../../state/recipe';
import { ChoiceField, RangeField } from '../fields';
import { SizeField } from '../SizeField';

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
  const { styleScale } = styleRecipe.value;
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

export function StyleSettings() {
  const t = dictionary.value;
  const { strength } = styleRecipe.value;
  return (
    <>
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
    </>
  );
}
