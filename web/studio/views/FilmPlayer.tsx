/** A dream's film, played where the picture hangs: play and pause, any frame by hand, the speed, and saving. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { filmFps } from '../../../shared/techniques/dream/schema';
import type { Frame } from '../../engine/api';
import { Icon } from '../../page/parts/Icon';
import { formatInteger, formatPercent } from '../../page/words/format';
import { askFormats, filmFormats, saveFilm, saving } from '../state/film';
import { dictionary } from '../state/language';
import { painting } from '../state/run';
import { selectedFrame } from '../state/view';

const speeds = [filmFps / 2, filmFps, 2 * filmFps] as const;

export function FilmPlayer({ frames }: { readonly frames: readonly Frame[] }) {
  const t = dictionary.value;
  // Nothing moves unasked for those who asked for less of it.
  const playing = useSignal(!matchMedia('(prefers-reduced-motion: reduce)').matches);
  const fps = useSignal<number>(filmFps);
  const at = selectedFrame.value ?? 0;

  useEffect(() => void askFormats(), []);
  useEffect(() => {
    if (!playing.value) return;
    const timer = setInterval(() => {
      selectedFrame.value = ((selectedFrame.peek() ?? 0) + 1) % frames.length;
    }, 1000 / fps.value);
    return () => clearInterval(timer);
  }, [playing.value, fps.value, frames]);

  const shown = t.frames.frame(formatInteger(t.tag, at + 1), formatInteger(t.tag, frames.length));
  const name = playing.value ? t.frames.pause : t.frames.play;
  return (
    <section class="strip player" aria-label={t.frames.film} data-testid="film">
      <button
        type="button"
        class="icon-only"
        data-testid="film-play"
        aria-label={name}
        title={name}
        onClick={() => {
          playing.value = !playing.value;
        }}
      >
        <Icon name={playing.value ? 'pause' : 'play'} />
      </button>
      <input
        type="range"
        data-testid="film-frame"
        min={0}
        max={frames.length - 1}
        step={1}
        value={at}
        aria-label={t.frames.film}
        aria-valuetext={shown}
        onInput={(event) => {
          playing.value = false;
          selectedFrame.value = event.currentTarget.valueAsNumber;
        }}
      />
      <select
        data-testid="film-fps"
        aria-label={t.frames.speed}
        value={String(fps.value)}
        onChange={(event) => {
          fps.value = Number(event.currentTarget.value);
        }}
      >
        {speeds.map((speed) => (
          <option key={speed} value={String(speed)}>
            {t.frames.fps(formatInteger(t.tag, speed))}
          </option>
        ))}
      </select>
      {filmFormats.value.map((format) => (
        <button
          key={format}
          type="button"
          data-testid={`save-film-${format}`}
          disabled={saving.value !== null || !painting.value}
          onClick={() => void saveFilm(format, fps.value)}
        >
          {saving.value === null ? t.frames.save(format.toUpperCase()) : formatPercent(t.tag, saving.value)}
        </button>
      ))}
    </section>
  );
}
