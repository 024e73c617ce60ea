/** A photo that is pointed at, pressed or walked over with the arrow keys. */
import type { ComponentChildren } from 'preact';
import type { Pixels } from '../../engine/api';
import { PixelCanvas } from '../parts/PixelCanvas';

const steps: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

interface Props {
  readonly photo: Pixels;
  readonly label: string;
  readonly testId: string;
  /** @param x as `y`, share of the photo's side */
  readonly onPoint: (x: number, y: number) => void;
  /** By the arrow keys, in places. */
  readonly onStep: (x: number, y: number) => void;
  readonly children?: ComponentChildren;
}

export function PointedPhoto({ photo, label, testId, onPoint, onStep, children }: Props) {
  const point = (event: PointerEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    onPoint((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  };
  return (
    <button
      type="button"
      class="look-photo"
      aria-label={label}
      data-testid={testId}
      onPointerMove={point}
      onPointerDown={point}
      onKeyDown={(event) => {
        const step = steps[event.key];
        if (!step) return;
        event.preventDefault();
        event.stopPropagation();
        onStep(...step);
      }}
    >
      <PixelCanvas pixels={photo} label="" testId={`${testId}-picture`} />
      {children}
    </button>
  );
}
