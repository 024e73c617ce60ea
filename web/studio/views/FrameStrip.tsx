/** A ladder's rungs or a mosaic's cells in a row under the picture: one is hung large when it is chosen, or while it is pointed at. */
import type { Frame } from '../../engine/api';
import { PixelCanvas } from '../../page/parts/PixelCanvas';
import { frameName } from '../../page/words/describe';
import { dictionary } from '../state/language';
import { hoveredFrame, selectedFrame, tiled } from '../state/view';

function select(index: number | null): void {
  selectedFrame.value = index;
  if (index === null) tiled.value = false;
}

/** Arrows move the choice, as in any list of which one is chosen. */
function onKeyDown(event: KeyboardEvent, count: number): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const next = Math.min(count - 1, Math.max(-1, (selectedFrame.value ?? -1) + step));
  select(next < 0 ? null : next);
  const buttons = (event.currentTarget as HTMLElement).querySelectorAll('button');
  buttons[next + 1]?.focus();
}

export function FrameStrip({ frames }: { readonly frames: readonly Frame[] }) {
  const t = dictionary.value;
  const chosen = selectedFrame.value;
  return (
    <div
      class="strip"
      role="toolbar"
      aria-label={t.frames.region}
      data-testid="frames"
      onKeyDown={(event) => onKeyDown(event, frames.length)}
    >
      <button
        type="button"
        class="strip-item all"
        data-testid="frame-all"
        aria-pressed={chosen === null}
        onClick={() => select(null)}
      >
        {t.frames.all}
      </button>
      {frames.map((frame, index) => (
        <button
          key={index}
          type="button"
          class="strip-item"
          data-testid={`frame-${index}`}
          aria-pressed={chosen === index}
          onClick={() => select(chosen === index ? null : index)}
          onPointerEnter={(event) => {
            if (event.pointerType === 'mouse') hoveredFrame.value = index;
          }}
          onPointerLeave={() => {
            hoveredFrame.value = null;
          }}
        >
          <PixelCanvas pixels={frame.pixels} label="" testId={`frame-canvas-${index}`} />
          <span class="strip-label">{frameName(frame.label, t)}</span>
        </button>
      ))}
    </div>
  );
}
