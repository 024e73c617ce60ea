/** The one main button, always within reach: paint, or finer; while painting, pause and stop. */

import { Icon } from '../../page/parts/Icon';
import { busy, cancel, runStatus, togglePause } from '../../page/run/drive';
import { formatDuration } from '../../page/words/format';
import { savePainting } from '../state/actions';
import { finer } from '../state/finer';
import { finerMs } from '../state/finerTime';
import { dictionary } from '../state/language';
import { technique } from '../state/recipe';
import { missing, paint, painting } from '../state/run';
import { openSharing } from '../state/sharing';
import { unsketched } from '../state/sketch';
import { narrow } from '../state/view';

function RunButtons() {
  const t = dictionary.value;
  const paused = runStatus.value === 'paused';
  const stopping = runStatus.value === 'cancelling';
  return (
    <>
      <button type="button" class="wide" data-testid="pause" disabled={stopping} onClick={togglePause}>
        <Icon name={paused ? 'play' : 'pause'} />
        {paused ? t.run.resume : t.run.pause}
      </button>
      <button type="button" class="wide" data-testid="cancel" disabled={stopping} onClick={cancel}>
        <Icon name="stop" />
        {t.run.cancel}
      </button>
    </>
  );
}

/** Goes on from what hangs where that can be gone on from, and begins with the photo elsewhere. */
function PaintButton() {
  const t = dictionary.value;
  const lacks = missing.value;
  const next = unsketched.value ? null : finer.value;
  const again = painting.value?.recipe.technique === technique.value;
  const ms = finerMs.value;
  const label = next
    ? ms === null
      ? t.fast.finer
      : t.fast.finerIn(formatDuration(t.tag, roughly(ms)))
    : t.techniques[technique.value][again ? 'again' : 'run'];
  return (
    <button
      type="button"
      class="primary wide"
      data-testid="paint"
      data-finer={next !== null}
      disabled={lacks !== null}
      onClick={() => void paint(next ?? undefined)}
    >
      {lacks ? t.run.needs[lacks] : label}
    </button>
  );
}

/** Opens the chooser of the empty wall, which may have been scrolled away. */
function ChooseButton() {
  const t = dictionary.value;
  const choose = () => document.querySelector<HTMLElement>('[data-testid=photo-input]')?.click();
  return (
    <button type="button" class="wide" data-testid="choose-photo" onClick={choose}>
      {t.photo.choose}
    </button>
  );
}

/** On a phone what most people do next is under the thumb, too. */
function KeepButtons() {
  const t = dictionary.value;
  return (
    <>
      <button
        type="button"
        class="icon-only"
        data-testid="save-png"
        aria-label={t.result.savePng}
        title={t.result.savePng}
        onClick={() => void savePainting('png')}
      >
        <Icon name="save" />
      </button>
      {painting.value?.record && (
        <button
          type="button"
          class="icon-only"
          data-testid="share"
          aria-label={t.share.open}
          title={t.share.open}
          onClick={openSharing}
        >
          <Icon name="share" />
        </button>
      )}
    </>
  );
}

/** No more exact than it is known: to five seconds, half minutes from two minutes on. */
function roughly(ms: number): number {
  const unit = ms < 120_000 ? 5_000 : 30_000;
  return Math.max(1, Math.round(ms / unit)) * unit;
}

export function ActionBar() {
  const t = dictionary.value;
  return (
    <div class="action-bar" data-testid="action-bar">
      {unsketched.value && <p class="bar-note">{t.fast.finerOnly}</p>}
      <div class="action-buttons">
        {busy.value ? <RunButtons /> : missing.value === 'photo' ? <ChooseButton /> : <PaintButton />}
        {narrow.value && !busy.value && painting.value && <KeepButtons />}
      </div>
    </div>
  );
}
