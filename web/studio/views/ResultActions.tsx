/** What can be done with a finished painting. */
import { isOwnStyle } from '../../../shared/ownStyle';
import { canCopyImages } from '../output/save';
import { canGoOn, copyPainting, copyRecipe, goOn, savePainting, saveRecord, takeAsPhoto } from '../state/actions';
import { refine } from '../state/fast';
import { dictionary } from '../state/language';
import type { Painting } from '../state/run';
import { comparable, comparison, flipComparison, selectedFrame, tiled, toggleZoom, zoom } from '../state/view';
import { Icon } from './Icon';
import { ShareButton } from './ShareButton';

export function ResultActions({ painting }: { readonly painting: Painting }) {
  const t = dictionary.value;
  const zoomName = zoom.value === 'fit' ? t.result.zoomIn : t.result.zoomFit;
  const recipe = painting.record?.recipe;
  // A ladder as a whole is no tile; its rungs are.
  const tiles =
    recipe?.technique === 'texture' && recipe.seamless && (painting.frames.length < 2 || selectedFrame.value !== null);
  return (
    <>
      {recipe && <ShareButton />}
      <button type="button" data-testid="save-png" onClick={() => void savePainting('png')}>
        {t.result.savePng}
      </button>
      <button type="button" data-testid="save-jpeg" onClick={() => void savePainting('jpeg')}>
        {t.result.saveJpeg}
      </button>
      {comparable.value && (
        <button
          type="button"
          class="quiet icon-only"
          data-testid="flip"
          aria-label={t.result.compareButton}
          title={t.result.compareButton}
          aria-pressed={comparison.value >= 50}
          onClick={flipComparison}
        >
          <Icon name="compare" />
        </button>
      )}
      {tiles && (
        <button
          type="button"
          class="quiet"
          data-testid="tiled"
          aria-pressed={tiled.value}
          onClick={() => {
            tiled.value = !tiled.value;
          }}
        >
          {t.texture.tiled}
        </button>
      )}
      <button
        type="button"
        class="quiet icon-only"
        data-testid="zoom"
        aria-label={zoomName}
        title={zoomName}
        onClick={toggleZoom}
      >
        <Icon name={zoom.value === 'fit' ? 'zoom' : 'fit'} />
      </button>
      {canCopyImages() && (
        <button type="button" class="quiet" data-testid="copy-image" onClick={() => void copyPainting()}>
          {t.result.copy}
        </button>
      )}
      {recipe?.technique === 'fast' && !recipe.styles.some(({ style }) => isOwnStyle(style)) && (
        <button type="button" class="quiet" data-testid="refine" title={t.fast.refineHelp} onClick={refine}>
          {t.fast.refine}
        </button>
      )}
      {canGoOn.value && (
        <button type="button" class="quiet" data-testid="go-on" title={t.result.goOnHelp} onClick={() => void goOn()}>
          {t.result.goOn}
        </button>
      )}
      <button type="button" class="quiet" data-testid="use-as-photo" onClick={takeAsPhoto}>
        {t.result.useAsPhoto}
      </button>
      {recipe && (
        <button type="button" class="quiet" data-testid="save-record" onClick={saveRecord}>
          {t.result.saveRecord}
        </button>
      )}
      {recipe && (
        <button type="button" class="quiet" data-testid="copy-painting-recipe" onClick={() => void copyRecipe(recipe)}>
          {t.recipe.copy}
        </button>
      )}
    </>
  );
}
