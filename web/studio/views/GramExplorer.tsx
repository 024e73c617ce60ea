/**
 * Which two channels, which patches: a cell of the Gram matrix is pointed at, pressed or walked to with the arrow keys, and
 * its two channels, how much they answer together and where in the photo both do are shown under it.
 */
import '../state/partWords';
import { useMemo } from 'preact/hooks';
import type { GramData, Pixels } from '../../engine/api';
import { magma } from '../../engine/images/colourMap';
import { type Patch, strongestPatches } from '../../engine/techniques/texture/gram';
import { toCanvas } from '../../page/intake/scale';
import { PixelCanvas, useDrawing } from '../../page/parts/PixelCanvas';
import { formatDecimal } from '../../page/words/format';
import { lookAt, type Pair, pair, pinned, strongest } from '../state/gram';
import { dictionary } from '../state/language';
import { painting } from '../state/run';

const patchCount = 8;
/** Of a patch as it is drawn, pixels. */
const patchSide = 128;

const steps: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};
const largeStep = 8;

const nameOf = ({ channels: [i, j], cosine }: Pair) => {
  const t = dictionary.value;
  return i === j ? t.gram.one(String(i)) : t.gram.pair(String(i), String(j), formatDecimal(t.tag, cosine));
};

export function Cells({ data }: { readonly data: GramData }) {
  const t = dictionary.value;
  const at = pair.value;
  if (!at) return null;
  const { row, column } = at.cell;
  const cellOf = (event: PointerEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return {
      row: Math.floor(((event.clientY - box.top) / box.height) * data.channels),
      column: Math.floor(((event.clientX - box.left) / box.width) * data.channels),
    };
  };
  return (
    <button
      type="button"
      class="gram-cells"
      data-testid="gram-cells"
      aria-label={t.gram.cells}
      aria-describedby="gram-pair"
      style={{ '--row': row / data.channels, '--column': column / data.channels, '--cell': 1 / data.channels }}
      onPointerMove={(event) => {
        if (event.pointerType === 'mouse' && !pinned.value) lookAt(cellOf(event));
      }}
      onPointerDown={(event) => {
        lookAt(cellOf(event));
        pinned.value = event.pointerType === 'mouse' && !pinned.value;
      }}
      onKeyDown={(event) => {
        const step = steps[event.key];
        if (!step) return;
        event.preventDefault();
        event.stopPropagation();
        const far = event.shiftKey ? largeStep : 1;
        pinned.value = true;
        lookAt({ row: row + step[0] * far, column: column + step[1] * far });
      }}
    >
      <span class="gram-row" aria-hidden="true" />
      <span class="gram-column" aria-hidden="true" />
      <span class="gram-cell" aria-hidden="true" />
    </button>
  );
}

/** Where one channel answered, over the whole photo. */
function answersOf({ width, height, channels, answers }: GramData, channel: number): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let at = 0; at < width * height; at++) {
    const colour = magma((answers[at * channels + channel] ?? 0) / 255);
    data.set([...colour.map((value) => value * 255), 255], at * 4);
  }
  return { width, height, data };
}

function PatchCanvas({ photo, patch }: { readonly photo: Pixels; readonly patch: Patch }) {
  const t = dictionary.value;
  const canvas = useDrawing(
    (context) => {
      context.imageSmoothingQuality = 'high';
      context.clearRect(0, 0, patchSide, patchSide);
      context.drawImage(toCanvas(photo, patch), 0, 0, patchSide, patchSide);
    },
    [photo, patch],
  );
  return (
    <canvas
      ref={canvas}
      width={patchSide}
      height={patchSide}
      role="img"
      aria-label={t.gram.patch}
      class="gram-canvas gram-patch"
    />
  );
}

function PairList() {
  const t = dictionary.value;
  const now = pair.value;
  const keyOf = ({ cell: { row, column } }: Pair) => `${row},${column}`;
  const key = now ? keyOf(now) : '';
  return (
    <select
      data-testid="gram-strongest"
      aria-label={t.gram.strongest}
      value={strongest.value.some((each) => keyOf(each) === key) ? key : ''}
      onChange={(event) => {
        const chosen = strongest.value.find((each) => keyOf(each) === event.currentTarget.value);
        if (!chosen) return;
        pinned.value = true;
        lookAt(chosen.cell);
      }}
    >
      <option value="">{t.gram.strongest}</option>
      {strongest.value.map((each) => (
        <option key={keyOf(each)} value={keyOf(each)}>
          {`${each.channels.join(' × ')} · ${formatDecimal(t.tag, each.cosine)}`}
        </option>
      ))}
    </select>
  );
}

export function Panel({ data }: { readonly data: GramData }) {
  const t = dictionary.value;
  const now = pair.value;
  const photo = painting.value?.photo?.pixels;
  const [i, j] = now?.channels ?? [0, 0];
  const maps = useMemo(
    () => [...new Set([i, j])].map((channel) => ({ channel, pixels: answersOf(data, channel) })),
    [data, i, j],
  );
  const patches = useMemo(
    () => (photo ? strongestPatches({ ...data, values: data.answers }, i, j, patchCount, photo) : []),
    [data, i, j, photo],
  );
  if (!now) return null;
  return (
    <section class="strip gram-panel" aria-label={t.gram.region} data-testid="gram-panel">
      <div class="gram-facts">
        <p id="gram-pair" role="status" data-testid="gram-pair">
          {nameOf(now)}
        </p>
        <PairList />
      </div>
      {maps.map(({ channel, pixels }) => (
        <figure key={channel} class="gram-map">
          <PixelCanvas
            class="gram-canvas"
            pixels={pixels}
            label={t.gram.map(String(channel))}
            testId={`gram-map-${channel}`}
          />
          <figcaption>{channel}</figcaption>
        </figure>
      ))}
      {photo && patches.length > 0 && (
        <figure class="gram-map shared">
          <div class="gram-patches" data-testid="gram-patches">
            {patches.map((patch) => (
              <PatchCanvas key={`${patch.x},${patch.y}`} photo={photo} patch={patch} />
            ))}
          </div>
          <figcaption>{t.gram.patches}</figcaption>
        </figure>
      )}
      {patches.length === 0 && <p class="gram-none">{t.gram.nowhere}</p>}
    </section>
  );
}
