/** Pixels on a canvas of exactly their size; CSS decides how large they are seen. */
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Pixels } from '../../engine/api';

/**
 * A canvas whose picture survives: when the GPU process dies, browsers empty all canvases and say so (HTML, "context lost").
 * @param draw draws everything: when `shown` has changed, and again on a canvas that was emptied
 * @returns to be the canvas' `ref`
 */
export function useDrawing(
  draw: (context: CanvasRenderingContext2D) => void,
  shown: readonly unknown[],
): RefObject<HTMLCanvasElement | null> {
  const ref = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = ref.current?.getContext('2d');
    if (!context) return;
    const { canvas } = context;
    const redraw = () => draw(context);
    redraw();
    canvas.addEventListener('contextrestored', redraw);
    return () => canvas.removeEventListener('contextrestored', redraw);
  }, shown);
  return ref;
}

interface Props {
  readonly pixels: Pixels;
  readonly class?: string;
  readonly label: string;
  readonly testId: string;
}

export function PixelCanvas({ pixels, class: className = '', label, testId }: Props) {
  const ref = useDrawing(
    (context) => {
      const { canvas } = context;
      // Setting a size clears the canvas, so it is set only when it changes.
      if (canvas.width !== pixels.width) canvas.width = pixels.width;
      if (canvas.height !== pixels.height) canvas.height = pixels.height;
      context.putImageData(new ImageData(pixels.data, pixels.width, pixels.height), 0, 0);
    },
    [pixels],
  );
  // Without a name of its own, what is around it says what it is.
  const said = label ? { role: 'img' as const, 'aria-label': label } : { 'aria-hidden': true };
  return <canvas ref={ref} class={className} {...said} data-testid={testId} />;
}
