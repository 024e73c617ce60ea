/** A texture laid three by three over its frame: where its borders do not meet, the eye finds them at once. */
import type { Pixels } from '../../engine/api';
import { toCanvas } from '../../page/intake/scale';
import { useDrawing } from '../../page/parts/useDrawing';

const times = 3;

export function TiledCanvas({ pixels, label }: { readonly pixels: Pixels; readonly label: string }) {
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
