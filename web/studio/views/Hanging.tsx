/** A frame with the photo, over it the result as it grows or when it is done, and the comparison. On the wall and in the viewer. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren, RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Pixels } from '../../engine/api';
import { toCanvas } from '../../page/intake/scale';
import { encode } from '../../page/output/save';
import { PixelCanvas, useDrawing } from '../../page/parts/PixelCanvas';
import { busy } from '../../page/run/drive';
import { nameOf } from '../state/actions';
import { dictionary } from '../state/language';
import type { Photo } from '../state/photo';
import { painting, runTechnique, shown } from '../state/run';
import { foretaste } from '../state/tiles';
import { comparable, comparison, divider, shownPixels, tiled } from '../state/view';
import { isWhole, type Sides } from '../viewer/lens';
import type { Looking } from '../viewer/useLens';
import { Compare } from './Compare';

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

const empty: Sides = { width: 1, height: 1 };

export interface Hung {
  readonly state: 'painting' | 'foretaste' | 'done' | 'photo';
  readonly photo: Photo | null;
  /** Whether the photo is behind the result, pixel for pixel. */
  readonly behind: boolean;
  readonly over: Pixels | null;
  /** What is looked at: before the painting, the photo. */
  readonly pixels: Sides;
}

/** What hangs now. */
export function useHung(photo: Photo | null): Hung {
  const done = busy.value ? null : painting.value;
  const over = foretaste.value ?? (done ? shownPixels.value?.pixels : shown.value) ?? null;
  const state = busy.value ? 'painting' : foretaste.value ? 'foretaste' : done ? 'done' : 'photo';
  // A result of a shape of its own has its own frame, and the photo is not behind it.
  const behind = photo !== null && (done ? comparable.value : !over || sameShape(over, photo.pixels));
  return { state, photo, behind, over, pixels: over ?? (behind ? photo.pixels : empty) };
}

interface Props {
  readonly hung: Hung;
  readonly looking: Looking;
  readonly frame: RefObject<HTMLDivElement | null>;
  /** Before the test ids of a second one. */
  readonly prefix?: string;
  /** In its corner, whatever of it is seen. */
  readonly tools?: ComponentChildren;
  /** What lies over it. */
  readonly children?: ComponentChildren;
}

export function Hanging({ hung, looking, frame, prefix = '', tools, children }: Props) {
  const t = dictionary.value;
  const { state, photo, behind, over, pixels } = hung;
  const done = state === 'done' ? painting.value : null;
  const label = done ? t.result.alt(done.title(t)) : t.techniques[runTechnique.value].doing;
  const { scale, x, y } = looking.lens.value;
  const sides = behind && photo ? photo.pixels : pixels;
  // Set through the DOM: our content security policy allows no style attributes.
  const size = { '--aspect': String(sides.width / sides.height), '--scale': String(scale) };
  const style = {
    '--x': `${x}px`,
    '--y': `${y}px`,
    '--comparison': `${!comparable.value ? 0 : looking.held.value ? 100 : comparison.value}%`,
  };
  return (
    <div class="hanging" style={size}>
      <div
        // One of another shape is another frame: it comes, and does not move.
        key={(sides.width / sides.height).toFixed(2)}
        ref={frame}
        class={`frame ${state}`}
        style={style}
        data-testid={`${prefix}frame`}
        data-state={state}
      >
        {photo && behind && (
          <PixelCanvas
            pixels={photo.pixels}
            class="picture"
            label={t.photo.alt(photo.name(t))}
            testId={`${prefix}photo-canvas`}
          />
        )}
        {over && <PixelCanvas pixels={over} class="picture over" label={label} testId={`${prefix}painting-canvas`} />}
        {done && over && tiled.value && <TiledCanvas pixels={over} label={t.texture.tiledAlt} />}
        {done && over && isWhole(looking.lens.value) && <DragOut pixels={over} />}
        {comparable.value && divider.value && <Compare />}
        {children}
      </div>
      {tools}
    </div>
  );
}

/** The picture as a file for the mouse to drag to a folder or another program: a browser only gives images away so. */
function DragOut({ pixels }: { readonly pixels: Pixels }) {
  const address = useSignal<string | null>(null);
  const near = useSignal(false);
  useEffect(() => {
    if (!near.value) return;
    let left = false;
    void encode(pixels, 'png').then((blob) => {
      if (!left) address.value = URL.createObjectURL(blob);
    });
    return () => {
      left = true;
      if (address.peek()) URL.revokeObjectURL(address.peek() ?? '');
      address.value = null;
    };
  }, [pixels, near.value]);
  const onDragStart = (event: DragEvent) => {
    const done = painting.peek();
    if (!done || !address.value) return;
    const name = nameOf(done, 'png', shownPixels.peek()?.label);
    event.dataTransfer?.setData('DownloadURL', `image/png:${name}:${address.value}`);
  };
  return (
    <span
      class="picture drag-out"
      aria-hidden="true"
      onPointerEnter={({ pointerType }) => {
        near.value = pointerType === 'mouse';
      }}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: for the mouse only; the same is a button in the viewer's tools */}
      {address.value && <img src={address.value} alt="" draggable data-testid="drag-out" onDragStart={onDragStart} />}
    </span>
  );
}

function sameShape(one: Sides, other: Sides): boolean {
  return (
    Math.abs(Math.log((one.width * other.height) / (one.height * other.width))) < 2 / Math.min(one.width, one.height)
  );
}
