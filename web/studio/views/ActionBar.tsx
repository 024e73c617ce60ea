/** The one main button, always within reach: paint, or while painting, pause and stop. */
import { dictionary } from '../state/language';
import { photo } from '../state/photo';
import { busy, cancel, canPaint, paint, painting, runStatus, togglePause } from '../state/run';
import { DeviceLine } from './DeviceLine';
import { Icon } from './Icon';

/** On narrow pages the picture is above the controls: starting a run brings it into view. */
function start(): void {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  document.getElementById('picture')?.scrollIntoView({ block: 'nearest', behavior: calm ? 'auto' : 'smooth' });
  void paint();
}

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

export function ActionBar() {
  const t = dictionary.value;
  const missing = photo.value ? t.run.needStyle : t.run.needPhoto;
  return (
    <div class="action-bar" data-testid="action-bar">
      <div class="action-buttons">
        {busy.value ? (
          <RunButtons />
        ) : (
          <button type="button" class="primary wide" data-testid="paint" disabled={!canPaint.value} onClick={start}>
            {canPaint.value ? (painting.value ? t.run.paintAgain : t.run.paint) : missing}
          </button>
        )}
      </div>
      <DeviceLine />
    </div>
  );
}
