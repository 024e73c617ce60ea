/** A texture laid three by three over its frame: where its borders do not meet, the eye finds them at once. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Pixels } from '../../engine/api';
import { toCanvas } from '../intake/scale';

const times = 3;

export function TiledCanvas({ pixels, label }: { readonly pixels: Pixels; readonly label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return;
    element.width = pixels.width * times;
    element.height = pixels.height * times;
    const pattern = context.createPattern(toCanvas(pixels), 'repeat');
    if (!pattern) return;
    context.fillStyle = pattern;
    context.fillRect(0, 0, element.width, element.height);
  }, [pixels]);
  return <canvas ref={canvas} class="picture tiled" role="img" aria-label={label} data-testid="tiled-canvas" />;
}
