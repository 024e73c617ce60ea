/** DeepDream's controls. */
import type { DreamRecipe } from '../../../../shared/recipe';
import { FileButton } from '../../../page/parts/FileButton';
import { PixelCanvas } from '../../../page/parts/PixelCanvas';
import { formatDecimal, formatInteger, formatPercent } from '../../../page/words/format';
import { dropGuide, guide, openGuide } from '../../state/guide';
import { dictionary } from '../../state/language';
import { dreamRanges, reaching } from '../../state/ranges';
import { editOf, recipes } from '../../state/recipe';
import { RangeField } from '../fields';
import { DreamLayers } from './DreamLayers';

const edit = (changes: Partial<DreamRecipe>) => editOf('dream', changes);

function GuideField() {
  const t = dictionary.value;
  const picture = guide.value;
  return (
    <div class="field" data-testid="dream-guide">
      <h3 class="field-title">{t.dream.guide}</h3>
      <p class="help">{t.dream.guideHelp}</p>
      <div class="field-row wrap guide-row">
        {picture && (
          <PixelCanvas class="guide-picture" pixels={picture.pixels} label={picture.name(t)} testId="guide-canvas" />
        )}
        <FileButton testId="guide-input" onFile={(file) => void openGuide(file)}>
          {picture ? t.dream.guideChange : t.dream.guideChoose}
        </FileButton>
        {recipes.value.dream.guide !== undefined && (
          <button type="button" class="quiet" data-testid="guide-drop" onClick={dropGuide}>
            {t.dream.guideDrop}
          </button>
        )}
      </div>
    </div>
  );
}

function FilmFields() {
  const t = dictionary.value;
  const { film } = recipes.value.dream;
  const change = (changes: Partial<DreamRecipe['film']>) => edit({ film: { ...film, ...changes } });
  const percent = Math.round((film.zoom - 1) * 100);
  return (
    <>
      <RangeField
        label={t.dream.frames}
        help={t.dream.framesHelp}
        testId="dream-frames"
        {...reaching(dreamRanges.frames, film.frames)}
        value={film.frames}
        text={film.frames === 0 ? t.dream.noFilm : formatInteger(t.tag, film.frames)}
        onValue={(frames) => change({ frames })}
      />
      {film.frames > 0 && (
        <>
          <RangeField
            label={t.dream.zoom}
            help={t.dream.zoomHelp}
            testId="dream-zoom"
            {...reaching(dreamRanges.zoom, percent)}
            value={percent}
            text={formatPercent(t.tag, percent / 100)}
            onValue={(value) => change({ zoom: 1 + value / 100 })}
          />
          <RangeField
            label={t.dream.rotate}
            help={t.dream.rotateHelp}
            testId="dream-rotate"
            {...reaching(dreamRanges.rotate, film.rotate)}
            value={film.rotate}
            text={`${formatDecimal(t.tag, film.rotate)}°`}
            onValue={(rotate) => change({ rotate })}
          />
        </>
      )}
    </>
  );
}

export function DreamSettings() {
  const t = dictionary.value;
  const { octaves, steps, stepSize } = recipes.value.dream;
  const strength = stepSize * 255;
  return (
    <>
      <DreamLayers />
      <RangeField
        label={t.dream.stepSize}
        help={t.dream.stepSizeHelp}
        testId="dream-strength"
        {...reaching(dreamRanges.stepSize, strength)}
        value={strength}
        text={formatDecimal(t.tag, strength)}
        onValue={(value) => edit({ stepSize: value / 255 })}
      />
      <RangeField
        label={t.settings.steps}
        help={t.dream.stepsHelp}
        testId="dream-steps"
        {...reaching(dreamRanges.steps, steps)}
        value={steps}
        text={formatInteger(t.tag, steps)}
        onValue={(value) => edit({ steps: value })}
      />
      <RangeField
        label={t.dream.octaves}
        help={t.dream.octavesHelp}
        testId="dream-octaves"
        {...reaching(dreamRanges.octaves, octaves)}
        value={octaves}
        text={formatInteger(t.tag, octaves)}
        onValue={(value) => edit({ octaves: value })}
      />
      <GuideField />
      <FilmFields />
    </>
  );
}
