/** What lies over the page's picture: a frame of the film, the photo before it, or what this device paints. */
import { isTransparent } from '../../../engine/images/alpha';
import { PixelCanvas, useDrawing } from '../../parts/PixelCanvas';
import { preview } from '../../run/drive';
import { formatInteger } from '../../words/format';
import { words } from '../../words/player';
import { differenceGain } from '../similarity';
import { film, frameIndex, lastFrame, playing, sprite } from '../state/film';
import { mine, showDifference } from '../state/live';
import { comparison, photo } from '../state/share';
import { view } from '../state/view';
import { Compare } from './Compare';

/** Of every layer that lets something through: no picture is seen through another one. */
const checkered = (transparent: boolean | undefined) => (transparent ? ' checkered' : '');

type LayerProps = Omit<Parameters<typeof PixelCanvas>[0], 'class'> & { readonly clipped?: boolean };

function Layer({ clipped, ...canvas }: LayerProps) {
  const kind = `layer${clipped ? ' clipped' : ''}${checkered(isTransparent(canvas.pixels))}`;
  return <PixelCanvas {...canvas} class={kind} />;
}

function FilmFrame() {
  const [at, sheet] = [frameIndex.value, sprite.value];
  const canvas = useDrawing(
    (context) => {
      if (!film || !sheet) return;
      const { columns, frameWidth: width, frameHeight: height } = film;
      const [x, y] = [(at % columns) * width, Math.floor(at / columns) * height];
      // A frame that lets something through must not show the one before.
      context.clearRect(0, 0, width, height);
      context.drawImage(sheet, x, y, width, height, 0, 0, width, height);
    },
    [at, sheet],
  );
  if (!film) return null;
  // The last frame is the picture itself, which lies below in full size.
  const over = at >= lastFrame && !playing.value;
  return (
    <canvas
      ref={canvas}
      class={`layer film-layer${over ? ' over' : ''}${checkered(film.picture.transparent)}`}
      width={film.frameWidth}
      height={film.frameHeight}
      data-testid="film-layer"
      data-frame={at}
    />
  );
}

function Before() {
  const t = words.value;
  if (!photo) return null;
  return (
    <>
      <img
        class={`layer clipped${checkered(photo.transparent)}`}
        src={photo.url}
        alt={t.compare.before}
        data-testid="before"
      />
      <Compare left={t.compare.before} right={t.compare.after} />
    </>
  );
}

function Mine() {
  const t = words.value;
  const done = mine.value;
  if (!done) {
    if (!preview.value) return null;
    return <Layer pixels={preview.value} label={t.live.preview} testId="preview" />;
  }
  if (showDifference.value && done.difference) {
    const label = t.likeness.differenceAlt(formatInteger(t.tag, differenceGain));
    return <Layer pixels={done.difference} label={label} testId="difference" />;
  }
  const [left, right] =
    done.kind === 'own' ? [t.compare.before, t.compare.after] : [t.compare.original, t.compare.yours];
  return (
    <>
      <Layer pixels={done.pixels} label={t.live.result} testId="mine" />
      <Layer pixels={done.beside} clipped label={left} testId="beside" />
      <Compare left={left} right={right} />
    </>
  );
}

export function Layers() {
  const shown = view.value;
  // Another photo than the share's has another shape: the shared picture must not show beside it.
  const opaque = shown === 'mine' && (mine.value ?? preview.value) !== null;
  return (
    <div
      class={`layers${opaque ? ' opaque' : ''}`}
      data-testid="layers"
      data-view={shown}
      style={{ '--comparison': `${comparison.value}%` }}
    >
      {shown === 'film' && <FilmFrame />}
      {shown === 'compare' && <Before />}
      {shown === 'mine' && <Mine />}
    </div>
  );
}
