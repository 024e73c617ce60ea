/** The replay's controls: play and pause, a scrubber that is drawn over the loss curve, and where it stands in words. */

import { lossCurve } from '../../output/lossCurve';
import { Icon } from '../../parts/Icon';
import { formatDecimal, formatInteger } from '../../words/format';
import { words } from '../../words/player';
import { atEnd, film, frameIndex, lastFrame, playing, seek, togglePlay } from '../state/film';
import { view } from '../state/view';

const box = { width: 240, height: 40 };
const curve = film && lossCurve(film.losses, box.width, box.height);

export function FilmPlayer() {
  const t = words.value;
  if (!film) return null;
  const at = view.value === 'film' || playing.value ? frameIndex.value : lastFrame;
  const name = playing.value ? t.film.pause : atEnd.value ? t.film.again : t.film.play;
  const [step = 0, steps = 0, loss] = [film.steps[at], film.steps[lastFrame], film.losses[at]];
  const place = t.film.at(formatInteger(t.tag, step), formatInteger(t.tag, steps));
  const figure = typeof loss === 'number' ? t.film.loss(formatDecimal(t.tag, loss, loss < 10 ? 3 : 0)) : '';
  const height = curve?.heights[at];
  return (
    <section class="film" aria-label={t.film.region} data-testid="film">
      <button
        type="button"
        class="icon-only"
        data-testid="film-play"
        aria-label={name}
        title={name}
        onClick={togglePlay}
      >
        <Icon name={playing.value ? 'pause' : 'play'} />
      </button>
      <div class="scrub">
        {curve && (
          <svg
            class="curve"
            viewBox={`0 0 ${box.width} ${box.height}`}
            preserveAspectRatio="none"
            role="img"
            aria-label={t.film.curve}
          >
            <path class="curve-area" d={curve.area} />
            <path class="curve-line" d={curve.path} vector-effect="non-scaling-stroke" />
          </svg>
        )}
        {typeof height === 'number' && (
          <span class="curve-point" aria-hidden="true" style={{ '--x': at / (lastFrame || 1), '--y': height }} />
        )}
        <input
          type="range"
          data-testid="film-frame"
          min={0}
          max={lastFrame}
          step={1}
          value={at}
          aria-label={t.film.scrub}
          aria-valuetext={[place, figure].filter(Boolean).join(', ')}
          onInput={(event) => void seek(event.currentTarget.valueAsNumber)}
        />
      </div>
      <p class="film-place" aria-hidden="true">
        <span>{place}</span>
        <span>{figure}</span>
      </p>
    </section>
  );
}
