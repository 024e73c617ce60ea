/** The one main button, always within reach: paint, or while painting, pause and stop. */

import { Icon } from '../../page/parts/Icon';
import { busy, cancel, runStatus, togglePause } from '../../page/run/drive';
import { dictionary } from '../state/language';
import { technique } from '../state/recipe';
import { missing, paint, painting } from '../state/run';
import { DeviceLine } from './DeviceLine';
import { Peek, showPicture } from './Peek';

function start(): void {
  showPicture();
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
  const lacks = missing.value;
  const again = painting.value?.recipe.technique === technique.value;
  const label = t.techniques[technique.value][again ? 'again' : 'run'];
  return (
    <div class="action-bar" data-testid="action-bar">
      <Peek />
      <div class="action-buttons">
        {busy.value ? (
          <RunButtons />
        ) : (
          <button type="button" class="primary wide" data-testid="paint" disabled={lacks !== null} onClick={start}>
            {lacks ? t.run.needs[lacks] : label}
          </button>
        )}
      </div>
      <DeviceLine />
    </div>
  );
}
