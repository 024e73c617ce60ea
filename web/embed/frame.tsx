/**
 * The script of the widget's frame: replay, before and after, and the recipe on the visitor's own photo, in a box whose
 * size never changes. Works from memory where the browser denies third parties their storage.
 */
import { render } from 'preact';
import { sharePaths } from '../../shared/share';
import { Icon } from '../page/parts/Icon';
import { followEscape } from '../page/player/state/escape';
import { film, play } from '../page/player/state/film';
import { mine, possible, putAway } from '../page/player/state/live';
import { photo, share } from '../page/player/state/share';
import { show, view } from '../page/player/state/view';
import { Complaint } from '../page/player/views/Complaint';
import { FilmPlayer } from '../page/player/views/FilmPlayer';
import { Layers } from '../page/player/views/Layers';
import { OwnPhotoButton, Running, saveMine } from '../page/player/views/Live';
import { useTakeOver } from '../page/player/views/takeOver';
import { busy } from '../page/run/drive';
import { loadWords, words } from '../page/words/player';
import { followHost } from './host';

function Done({ complete }: { readonly complete: boolean }) {
  const t = words.value;
  const back = useTakeOver<HTMLButtonElement>();
  return (
    <p class="row bar" data-testid="done" data-complete={complete}>
      <span class="visually-hidden" role="status">
        {complete ? t.live.done : t.live.stopped}
      </span>
      <button ref={back} type="button" class="quiet" data-testid="put-away" onClick={putAway}>
        <span class="roomy">{t.live.back}</span>
        <span class="tight">{t.live.backShort}</span>
      </button>
      <button type="button" data-testid="save" onClick={() => void saveMine()}>
        {t.live.save}
      </button>
    </p>
  );
}

function Controls() {
  const t = words.value;
  const comparing = view.value === 'compare';
  if (busy.value) return <Running />;
  if (mine.value) return <Done complete={mine.value.complete} />;
  return (
    <div class="bar">
      {film && <FilmPlayer />}
      <p class="row">
        {photo && (
          <button
            type="button"
            class="quiet icon-only"
            aria-pressed={comparing}
            aria-label={t.views.compare}
            title={t.views.compare}
            data-testid="view-compare"
            onClick={() => show(comparing ? 'picture' : 'compare')}
          >
            <Icon name="compare" />
          </button>
        )}
        {possible.own && <OwnPhotoButton class="quiet own" short />}
        <a
          class="button quiet"
          href={sharePaths.page(share.id)}
          target="_blank"
          rel="noopener"
          title={t.embed.open}
          data-testid="open"
        >
          <Icon name="open" />
          <span class="visually-hidden">{t.embed.open}</span>
          <span class="roomy" aria-hidden="true">
            {t.embed.open}
          </span>
        </a>
      </p>
    </div>
  );
}

async function start(): Promise<void> {
  await loadWords();
  const frame = document.getElementById('frame');
  const layers = document.createElement('div');
  layers.className = 'layers-place';
  frame?.append(layers);
  render(<Layers />, layers);
  const controls = document.getElementById('controls');
  if (controls) {
    controls.replaceChildren();
    render(
      <>
        <Complaint />
        <Controls />
      </>,
      controls,
    );
  }
  followEscape();
  document.documentElement.dataset.ready = '';
}

const stands = start();
followHost(stands);
await stands;
// Asked for by whoever pressed the widget's button, or let it start in view.
const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
if (location.hash === '#play' && film && !still) void play();
