/** Style transfer's finer controls. */
import { optimisers, poolings, styleColours, styleLosses } from '../../../../shared/recipe';
import { formatDecimal } from '../../i18n/format';
import { dictionary } from '../../state/language';
import { smoothnessRangeFor } from '../../state/ranges';
import { edit, styleRecipe } from '../../state/recipe';
import { startFrom, startPicture, startWith } from '../../state/start';
import { comparable, shownPixels } from '../../state/view';
import { ChoiceField, RangeField, SelectField } from '../fields';
import { StyleMix } from '../StyleMix';

export function StyleAdvanced() {
  const t = dictionary.value;
  const { totalVariation, start, colours, loss, pooling, optimiser } = styleRecipe.value;
  const result = comparable.value ? shownPixels.value?.pixels : undefined;
  return (
    <>
      <StyleMix />
      <ChoiceField
        label={t.settings.start}
        help={t.settings.startHelp}
        testId="start"
        choices={[
          { value: 'content' as const, label: t.settings.starts.content },
          { value: 'noise' as const, label: t.settings.starts.noise },
          {
            value: 'image' as const,
            label: t.settings.starts.image,
            refusal: result || startPicture.value ? undefined : t.run.needs.start,
          },
        ]}
        value={start}
        onValue={(value) => {
          if (value !== 'image') startWith(value);
          else if (result) startFrom(result);
        }}
      />
      <RangeField
        label={t.settings.smoothness}
        help={t.settings.smoothnessHelp}
        testId="smoothness"
        {...smoothnessRangeFor(totalVariation)}
        value={totalVariation}
        text={formatDecimal(t.tag, totalVariation)}
        onValue={(value) => edit({ totalVariation: value })}
      />
      <ChoiceField
        label={t.style.colours}
        help={t.style.coloursHelp}
        testId="colours"
        choices={styleColours.map((value) => ({ value, label: t.style.colourNames[value] }))}
        value={colours}
        onValue={(value) => edit({ colours: value })}
      />
      <SelectField
        label={t.style.loss}
        help={t.style.lossHelp}
        testId="loss"
        choices={styleLosses.map((value) => ({ value, label: t.style.losses[value] }))}
        value={loss}
        onValue={(value) => edit({ loss: styleLosses.find((each) => each === value) ?? loss })}
      />
      <ChoiceField
        label={t.style.pooling}
        help={t.style.poolingHelp}
        testId="pooling"
        choices={poolings.map((value) => ({ value, label: t.style.poolings[value] }))}
        value={pooling}
        onValue={(value) => edit({ pooling: value })}
      />
      <ChoiceField
        label={t.style.optimiser}
        help={t.style.optimiserHelp}
        testId="optimiser"
        choices={optimisers.map((value) => ({ value, label: t.style.optimisers[value] }))}
        value={optimiser.method}
        onValue={(method) => edit({ optimiser: { ...optimiser, method } })}
      />
    </>
  );
}
