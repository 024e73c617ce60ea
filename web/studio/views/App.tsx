/** The page: the wall with its picture and label, the panel with styles and settings, the one main button. */
import { fieldsOf } from '../../../shared/techniques/values';
import { dictionary } from '../state/language';
import { tab } from '../state/recipe';
import { openShares } from '../state/sharing';
import { narrow } from '../state/view';
import { ActionBar } from './ActionBar';
import { Caption } from './Caption';
import { DeviceLine } from './DeviceLine';
import { DropLayer } from './DropLayer';
import { Gallery, MoreWays } from './Gallery';
import { Header } from './Header';
import { LiveRegion } from './LiveRegion';
import { useLazy } from './lazy';
import { Dialogs } from './lazyViews';
import { Advanced, Settings } from './Settings';
import { Stage } from './Stage';
import { TechniqueSwitch } from './TechniqueSwitch';

const loadExamples = () => import('./Examples');

export function App() {
  const t = dictionary.value;
  const paints = fieldsOf(tab.value).some(({ kind }) => kind === 'styles');
  const Examples = useLazy(!paints, loadExamples)?.Examples;
  return (
    <>
      <a class="skip" href="#picture">
        {t.skip}
      </a>
      <Header />
      <main class="main">
        {narrow.value && <TechniqueSwitch />}
        <div class="wall">
          <Stage />
          {!narrow.value && <Caption />}
        </div>
        <div class="panel">
          <div class="panel-scroll">
            {!narrow.value && <TechniqueSwitch />}
            <div role="tabpanel" id="technique-panel" aria-labelledby={`technique-${tab.value}`}>
              {paints ? <Gallery /> : Examples && <Examples name={tab.value} />}
              {narrow.value && <Caption />}
              {paints && <MoreWays />}
              <Settings />
              <Advanced />
            </div>
            <footer class="panel-foot">
              <p>
                {t.privacy}{' '}
                <button type="button" class="link small" data-testid="shares-open" onClick={openShares}>
                  {t.share.list}
                </button>
              </p>
              <DeviceLine />
            </footer>
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
