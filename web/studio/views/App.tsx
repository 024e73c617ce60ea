/** The page: the wall with its picture and label, the panel with styles and settings, the one main button. */
import { fieldsOf } from '../../../shared/techniques/values';
import { dictionary } from '../state/language';
import { technique } from '../state/recipe';
import { openShares } from '../state/sharing';
import { ActionBar } from './ActionBar';
import { Caption } from './Caption';
import { DropLayer } from './DropLayer';
import { FastGallery, Gallery } from './Gallery';
import { Header } from './Header';
import { Dialogs } from './lazyViews';
import { LiveRegion } from './RunStatus';
import { Advanced, Settings } from './Settings';
import { Stage } from './Stage';
import { TechniqueSwitch } from './TechniqueSwitch';

export function App() {
  const t = dictionary.value;
  const kinds = fieldsOf(technique.value).map(({ kind }) => kind);
  return (
    <>
      <a class="skip" href="#picture">
        {t.skip}
      </a>
      <Header />
      <main class="main">
        <div class="wall">
          <Stage />
          <Caption />
        </div>
        <div class="panel">
          <div class="panel-scroll">
            <TechniqueSwitch />
            <div role="tabpanel" id="technique-panel" aria-labelledby={`technique-${technique.value}`}>
              {kinds.includes('styles') && <Gallery />}
              {kinds.includes('learned-styles') && <FastGallery />}
              <Settings />
              <Advanced />
            </div>
            <p class="panel-foot">
              {t.privacy}{' '}
              <button type="button" class="link small" data-testid="shares-open" onClick={openShares}>
                {t.share.list}
              </button>
            </p>
          </div>
          <ActionBar />
        </div>
      </main>
      <LiveRegion />
      <DropLayer />
      <Dialogs />
    </>
  );
}
