/** Pixels on a canvas of exactly their size; CSS decides how large they are seen. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Pixels } from '../../engine/api';

interface Props {
  readonly pixels: Pixels;
  readonly class?: string;
  readonly label: string;
  readonly testId: string;
}

export function PixelCanvas({ pixels, class: className = '', label, testId }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const element = canvas.current;
    if (!element) return;
    // Setting a size clears the canvas, so it is set only when it changes.
    if (element.width !== pixels.width) element.width = pixels.width;
    if (element.height !== pixels.height) element.height = pixels.height;
    element.getContext('2d')?.putImageData(new ImageData(pixels.data, pixels.width, pixels.height), 0, 0);
  }, [pixels]);
  return <canvas ref={canvas} class={className} role="img" aria-label={label} data-testid={testId} />;
}
