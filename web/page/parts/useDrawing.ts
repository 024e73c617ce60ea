/** A canvas whose picture survives: when the GPU process dies, browsers empty all canvases and say so (HTML, "context lost"). */
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/**
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
