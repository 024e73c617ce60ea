/** Style transfer's finer controls. */
import { optimisers, poolings, styleColours, styleDefaults, styleLosses } from '../../../../shared/recipe';
import { FileButton } from '../../../page/parts/FileButton';
import { formatDecimal } from '../../../page/words/format';
import { dictionary } from '../../state/language';
import { taps } from '../../state/networks';
import { grainRange, paletteRange, reaching, smoothnessRangeFor } from '../../state/ranges';
import { edit, styleRecipe } from '../../state/recipe';
import { openStart, startFrom, startName, startPicture, startWith } from '../../state/start';
import { comparable, shownPixels } from '../../state/view';
import { ChoiceField, RangeField, SelectField } from '../fields';
import { StyleMix } from '../StyleMix';
import { WeightedLayers } from './WeightedLayers';

/** Presets were measured at the recipe's own layers; a picture is measured at any. */
function Layers() {
  const t = dictionary.value;
  const { styles, contentLayers, styleLayers } = styleRecipe.value;
  const all = taps.value.map(({ name }) => name);
  const measured = styles.some((style) => 'preset' in style)
    ? styleDefaults.styleLayers.map(({ layer }) => layer)
    : all;
  return (
    <details class="field layers" data-testid="style-layers-open">
      <summary>{t.style.layers}</summary>
      <WeightedLayers
        label={t.style.contentLayers}
        help={t.style.contentLayersHelp}
        testId="content-layers"
        choices={all}
        value={contentLayers}
        least={0}
        onValue={(value) => edit({ contentLayers: value })}
      />
      <WeightedLayers
        label={t.style.styleLayers}
        help={t.style.styleLayersHelp}
        testId="style-layers"
        choices={measured}
        value={styleLayers}
        least={1}
        onValue={(value) => edit({ styleLayers: value })}
      />
    </details>
  );
}

export function StyleAdvanced() {
  const t = dictionary.value;
  const { grain, palette, totalVariation, start, colours, loss, pooling, optimiser } = styleRecipe.value;
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
            label: startName.value?.(t) ?? t.settings.starts.image,
            refusal: result || startPicture.value ? undefined : t.run.needs.start,
          },
        ]}
        value={start}
        onValue={(value) => {
          if (value !== 'image') startWith(value);
          else if (result) startFrom(result);
        }}
      />
      <div class="field">
        <FileButton testId="start-input" onFile={(file) => void openStart(file)}>
          {t.settings.startFile}
        </FileButton>
        <p class="help">{t.settings.startFileHelp}</p>
      </div>
      <RangeField
        label={t.settings.grain}
        help={t.settings.grainHelp}
        testId="grain"
        {...reaching(grainRange, grain)}
        value={grain}
        text={formatDecimal(t.tag, grain)}
        onValue={(value) => edit({ grain: value })}
      />
      <RangeField
        label={t.settings.palette}
        help={t.settings.paletteHelp}
        testId="palette"
        {...reaching(paletteRange, palette)}
        value={palette}
        text={formatDecimal(t.tag, palette)}
        onValue={(value) => edit({ palette: value })}
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
      <Layers />
    </>
  );
}
