/** Pixels on a canvas of exactly their size; CSS decides how large they are seen. */
import type { Pixels } from '../../engine/api';
import { useDrawing } from './useDrawing';

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
  return <canvas ref={ref} class={className} role="img" aria-label={label} data-testid={testId} />;
}
