/** The hung picture: the photo, over it the painting as it grows or when it is done, and the comparison. */
import { dictionary } from '../state/language';
import type { Photo } from '../state/photo';
import { busy, painting, shown } from '../state/run';
import { comparison, zoom } from '../state/view';
import { Compare } from './Compare';
import { PixelCanvas } from './PixelCanvas';

/** What CSS needs to know, set through the DOM: our content security policy allows no style attributes. */
function frameStyle(of: Photo) {
  const size = painting.value && !busy.value ? painting.value.pixels : of.pixels;
  return {
    '--aspect': String(of.pixels.width / of.pixels.height),
    // Before the painting, the photo at the size of the pixels it will be painted from.
    '--actual-width': `${size.width / devicePixelRatio}px`,
    '--comparison': `${comparison.value}%`,
  };
}

export function Easel({ photo: of }: { readonly photo: Photo }) {
  const t = dictionary.value;
  const over = shown.value;
  const finished = !busy.value && painting.value !== null;
  const state = busy.value ? 'painting' : finished ? 'done' : 'photo';
  return (
    <div class={`easel ${zoom.value}`} data-testid="easel">
      <div class={`frame ${state}`} style={frameStyle(of)} data-testid="frame" data-state={state}>
        <PixelCanvas pixels={of.pixels} class="picture" label={t.photo.alt(of.name(t))} testId="photo-canvas" />
        {over && (
          <PixelCanvas
            pixels={over}
            class="picture over"
            label={painting.value && finished ? t.result.alt(painting.value.style(t)) : t.run.phases.optimise}
            testId="painting-canvas"
          />
        )}
        {finished && <Compare />}
      </div>
    </div>
  );
}
