/** A map of pictures that is moved over: thumbnails at their places, larger ones the nearer one looks. */
import { useState } from 'preact/hooks';
import type { LookWords } from '../../../shared/words/looks';
import type { MapData, Pixels } from '../../engine/api';
import { toCanvas } from '../intake/scale';
import { useDrawing } from '../parts/PixelCanvas';

/** Of the canvas, pixels. */
const side = 640;
const nearest = 16;

interface View {
  readonly zoom: number;
  /** Middle of what is seen, 0..1. */
  readonly x: number;
  readonly y: number;
}

/** @param photos at the size at which the places were told */
export function PlaneMap({ data, photos, t }: { data: MapData; photos: readonly Pixels[]; t: LookWords }) {
  const { points, places } = data;
  const [view, setView] = useState<View>({ zoom: 1, x: 0.5, y: 0.5 });
  const move = (zoom: number, x = view.x, y = view.y) => {
    const kept = Math.min(nearest, Math.max(1, zoom));
    const half = 0.5 / kept;
    const within = (value: number) => Math.min(1 - half, Math.max(half, value));
    setView({ zoom: kept, x: within(x), y: within(y) });
  };
  const ref = useDrawing(
    (context) => {
      const sources = photos.map((photo) => toCanvas(photo));
      const cell = (side / Math.sqrt(places.length) / 1.5) * Math.sqrt(view.zoom);
      context.clearRect(0, 0, side, side);
      places.forEach((place, i) => {
        const source = sources[place.photo];
        const [x, y] = [points[2 * i] ?? 0, points[2 * i + 1] ?? 0];
        const left = side * (0.5 + (x - view.x) * view.zoom) - cell / 2;
        const top = side * (0.5 + (y - view.y) * view.zoom) - cell / 2;
        if (!source || left < -cell || top < -cell || left > side || top > side) return;
        context.drawImage(source, place.x, place.y, place.side, place.side, left, top, cell, cell);
      });
    },
    [data, view],
  );
  const step = 0.15 / view.zoom;
  const keys: Readonly<Record<string, () => void>> = {
    '+': () => move(view.zoom * 1.4),
    '=': () => move(view.zoom * 1.4),
    '-': () => move(view.zoom / 1.4),
    ArrowLeft: () => move(view.zoom, view.x - step),
    ArrowRight: () => move(view.zoom, view.x + step),
    ArrowUp: () => move(view.zoom, view.x, view.y - step),
    ArrowDown: () => move(view.zoom, view.x, view.y + step),
  };
  return (
    <div class="look" data-testid="look-map">
      <button
        type="button"
        class="look-plane"
        aria-label={`${t.map.name(places.length)}. ${t.map.help}`}
        data-testid="look-plane"
        data-zoom={view.zoom.toFixed(2)}
        onWheel={(event) => {
          event.preventDefault();
          move(view.zoom * (event.deltaY < 0 ? 1.2 : 1 / 1.2));
        }}
        onPointerMove={({ buttons, movementX, movementY, currentTarget }) => {
          if (buttons === 0) return;
          const seen = (currentTarget as HTMLElement).clientWidth * view.zoom;
          move(view.zoom, view.x - movementX / seen, view.y - movementY / seen);
        }}
        onKeyDown={(event) => {
          const act = keys[event.key];
          if (!act) return;
          event.preventDefault();
          event.stopPropagation();
          act();
        }}
      >
        <canvas ref={ref} width={side} height={side} />
      </button>
      <p class="look-zoom">
        <button type="button" aria-label={t.map.closer} data-testid="look-closer" onClick={() => move(view.zoom * 1.4)}>
          +
        </button>
        <button
          type="button"
          aria-label={t.map.farther}
          data-testid="look-farther"
          onClick={() => move(view.zoom / 1.4)}
        >
          −
        </button>
        <span class="help">{t.map.help}</span>
      </p>
    </div>
  );
}
