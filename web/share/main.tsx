/** The share page's script. The page is whole without it; this adds the replay, the comparison, and painting it here. */
import { render } from 'preact';
import { followEscape } from '../page/player/state/escape';
import { Complaint } from '../page/player/views/Complaint';
import { FilmPlayer } from '../page/player/views/FilmPlayer';
import { Layers } from '../page/player/views/Layers';
import { Live } from '../page/player/views/Live';
import { loadWords } from '../page/words/player';
import { Remove } from './views/Remove';
import { Report } from './views/Report';
import { ShareTools } from './views/ShareTools';
import { Views } from './views/Views';

function mount(id: string, content: preact.ComponentChild): void {
  const place = document.getElementById(id);
  if (place) render(content, place);
}

await loadWords();

const frame = document.getElementById('frame');
const layers = document.createElement('div');
layers.className = 'layers-place';
frame?.append(layers);
render(<Layers />, layers);

mount(
  'player',
  <>
    <Views />
    <FilmPlayer />
    <Complaint />
  </>,
);
mount(
  'live',
  <>
    <Remove />
    <Live />
  </>,
);
mount('share', <ShareTools />);
mount('report', <Report />);
followEscape();
document.documentElement.dataset.ready = '';
