/** What can be done with a finished painting: what most people want side by side, the rest in a menu. A chunk of its own. */
import '../state/partWords';
import { techniqueOf } from '../../../shared/techniques';
import { savePainting } from '../state/actions';
import { dictionary } from '../state/language';
import type { Painting } from '../state/run';
import { openSharing } from '../state/sharing';
import { narrow, selectedFrame, tiled } from '../state/view';
import { MoreActions } from './MoreActions';

export function ResultActions({ painting }: { readonly painting: Painting }) {
  const t = dictionary.value;
  const recipe = painting.record?.recipe;
  const technique = recipe && techniqueOf(recipe);
  // A ladder as a whole is no tile; its rungs are.
  const tiles = recipe && technique?.tiles?.(recipe) && (painting.frames.length < 2 || selectedFrame.value !== null);
  return (
    <>
      {!narrow.value && recipe && (
        <button type="button" class="primary" data-testid="share" onClick={openSharing}>
          {t.share.open}
        </button>
      )}
      {!narrow.value && (
        <button type="button" data-testid="save-png" onClick={() => void savePainting('png')}>
          {t.result.savePng}
        </button>
      )}
      {tiles && (
        <button
          type="button"
          class="quiet"
          data-testid="tiled"
          aria-pressed={tiled.value}
          aria-label={t.texture.tiled}
          title={t.texture.tiled}
          onClick={() => {
            tiled.value = !tiled.value;
          }}
        >
          3 × 3
        </button>
      )}
      <MoreActions painting={painting} />
    </>
  );
}
