/** The hung picture: the photo, over it the result as it grows or when it is done, and the comparison. */
import '../state/partWords';
import type { Pixels } from '../../engine/api';
import { toCanvas } from '../../page/intake/scale';
import { PixelCanvas, useDrawing } from '../../page/parts/PixelCanvas';
import { busy } from '../../page/run/drive';
import { gram } from '../state/gram';
import { dictionary } from '../state/language';
import type { Photo } from '../state/photo';
import { painting, runTechnique, shown } from '../state/run';
import { foretaste } from '../state/tiles';
import { comparable, comparison, shownPixels, tiled, zoom } from '../state/view';
import { Compare } from './Compare';
import { GramCells } from './lazyViews';

const times = 3;

/** A texture laid three by three over its frame: where its borders do not meet, the eye finds them at once. */
function TiledCanvas({ pixels, label }: { readonly pixels: Pixels; readonly label: string }) {
  const ref = useDrawing(
    (context) => {
      const { canvas } = context;
      canvas.width = pixels.width * times;
      canvas.height = pixels.height * times;
      const pattern = context.createPattern(toCanvas(pixels), 'repeat');
      if (!pattern) return;
      context.fillStyle = pattern;
      context.fillRect(0, 0, canvas.width, canvas.height);
    },
    [pixels],
  );
  return <canvas ref={ref} class="picture tiled" role="img" aria-label={label} data-testid="tiled-canvas" />;
}

interface Sides {
  readonly width: number;
  readonly height: number;
}

/** What CSS needs to know, set through the DOM: our content security policy allows no style attributes. */
function frameStyle(frame: Sides, actual: Sides) {
  return {
    '--aspect': String(frame.width / frame.height),
    // Before the painting, the photo at the size of the pixels it will be painted from.
    '--actual-width': `${actual.width / devicePixelRatio}px`,
    '--comparison': `${comparable.value ? comparison.value : 0}%`,
  };
}

const empty: Sides = { width: 1, height: 1 };

export function Easel({ photo: of }: { readonly photo: Photo | null }) {
  const t = dictionary.value;
  const done = busy.value ? null : painting.value;
  const over = foretaste.value ?? (done ? shownPixels.value?.pixels : shown.value);
  const state = busy.value ? 'painting' : foretaste.value ? 'foretaste' : done ? 'done' : 'photo';
  // A result of a shape of its own has its own frame, and the photo is not behind it.
  const behind = done ? comparable.value : !over || sameShape(over, of?.pixels);
  const frame = behind && of ? of.pixels : (over ?? empty);
  const label = done ? t.result.alt(done.title(t)) : t.techniques[runTechnique.value].doing;
  return (
    <div class={`easel ${zoom.value}`} data-testid="easel">
      <div class={`frame ${state}`} style={frameStyle(frame, over ?? frame)} data-testid="frame" data-state={state}>
        {of && behind && (
          <PixelCanvas pixels={of.pixels} class="picture" label={t.photo.alt(of.name(t))} testId="photo-canvas" />
        )}
        {over && <PixelCanvas pixels={over} class="picture over" label={label} testId="painting-canvas" />}
        {done && over && tiled.value && <TiledCanvas pixels={over} label={t.texture.tiledAlt} />}
        {comparable.value && <Compare />}
        {gram.value && <GramCells />}
      </div>
    </div>
  );
}

function sameShape(one: Sides, other: Sides | undefined): boolean {
  if (!other) return false;
  return (
    Math.abs(Math.log((one.width * other.height) / (one.height * other.width))) < 2 / Math.min(one.width, one.height)
  );
}
