/** The studio's entry: language and light first, then the page, then what follows the page's life. */
import { render } from 'preact';
import { startOffline } from './offline/register';
import { followAddress } from './state/address';
import { startPreview, startTheme } from './state/appearance';
import { followEstimate } from './state/engine';
import { followFast } from './state/fast';
import { followFilm } from './state/film';
import { startLanguage } from './state/language';
import { followOwnStyles } from './state/ownStyles';
import { followRun } from './state/presence';
import { followOutbox } from './state/sharing';
import { onKeyDown } from './state/shortcuts';
import { followSketch, startSketches } from './state/sketch';
import { loadPresets } from './state/styles';
import { resetViewOnPainting } from './state/view';
import { App } from './views/App';

async function start(root: HTMLElement): Promise<void> {
  startTheme();
  startPreview();
  startSketches();
  const presetsLoaded = loadPresets();
  await startLanguage();
  root.replaceChildren();
  render(<App />, root);
  document.addEventListener('keydown', onKeyDown);
  followEstimate();
  followRun();
  followFilm();
  followFast();
  followOwnStyles();
  followSketch();
  resetViewOnPainting();
  startOffline();
  await presetsLoaded;
  await followAddress();
  followOutbox();
}

const root = document.getElementById('app');
if (root) void start(root);
