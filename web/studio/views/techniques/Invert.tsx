/** Feature inversion's controls. */
import type { InvertRecipe } from '../../../../shared/recipe';
import { formatDecimal, formatInteger } from '../../../page/words/format';
import { dictionary } from '../../state/language';
import { invertStepsRange, multipleRange, octaveOf, reaching, styleScaleOf } from '../../state/ranges';
import { editOf, recipes } from '../../state/recipe';
import { ChipsField, RangeField } from '../fields';
import { ladderNames } from './layers';

const edit = (changes: Partial<InvertRecipe>) => editOf('invert', changes);

export function InvertSettings() {
  const t = dictionary.value;
  const { layers, steps, totalVariation } = recipes.value.invert;
  const octave = totalVariation > 0 ? octaveOf(totalVariation) : multipleRange.min;
  return (
    <>
      <ChipsField
        label={t.layers.layers}
        help={t.invert.layersHelp}
        testId="invert-layers"
        choices={ladderNames()}
        chosen={layers}
        onValue={(chosen) => edit({ layers: [...chosen] })}
      />
      <RangeField
        label={t.settings.steps}
        help={t.invert.stepsHelp}
        testId="invert-steps"
        {...reaching(invertStepsRange, steps)}
        value={steps}
        text={formatInteger(t.tag, steps)}
        onValue={(value) => edit({ steps: value })}
      />
      <RangeField
        label={t.settings.smoothness}
        help={t.invert.smoothnessHelp}
        testId="invert-smoothness"
        {...reaching(multipleRange, octave)}
        value={octave}
        text={`×${formatDecimal(t.tag, totalVariation)}`}
        onValue={(value) => edit({ totalVariation: styleScaleOf(value) })}
      />
    </>
  );
}
