/** The studio's entry: language and light first, then the page, then what follows the page's life. */
import { render } from 'preact';
import { startOffline } from './offline/register';
import { followAddress } from './state/address';
import { startPreview, startTheme } from './state/appearance';
import { followEstimate } from './state/engine';
import { followPace } from './state/finerTime';
import { followHistory, restoreWork } from './state/history';
import { startLanguage } from './state/language';
import { followOwnPaintings } from './state/ownPaintings';
import { followOwnStyles } from './state/ownStyles';
import { followRun } from './state/presence';
import { followOutbox } from './state/sharing';
import { onKeyDown } from './state/shortcuts';
import { followSketch, startSketches } from './state/sketch';
import { loadPresets } from './state/styles';
import { followTiles, paintAhead } from './state/tiles';
import { followChanges } from './state/undo';
import { resetViewOnPainting, startLayout } from './state/view';
import { App } from './views/App';

async function start(root: HTMLElement): Promise<void> {
  startTheme();
  startLayout();
  startPreview();
  startSketches();
  const presetsLoaded = loadPresets();
  await startLanguage();
  root.replaceChildren();
  render(<App />, root);
  document.addEventListener('keydown', onKeyDown);
  followEstimate();
  followRun();
  void followOwnStyles();
  const paintings = followOwnPaintings();
  followSketch(paintAhead);
  followTiles();
  followPace();
  resetViewOnPainting();
  startOffline();
  await Promise.all([presetsLoaded, paintings.then(restoreWork)]);
  followHistory();
  followChanges();
  await followAddress();
  if (/[?&](shared|open)\b/.test(location.search) || matchMedia('(display-mode: standalone)').matches) {
    void import('./offline/arrivals').then(({ takeArrivals }) => takeArrivals());
  }
  followOutbox();
}

const root = document.getElementById('app');
if (root) void start(root);
