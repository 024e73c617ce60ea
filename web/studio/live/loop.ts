/** Frame by frame: the newest picture of the source through the network, then onto the canvas, then the next. */
import type { FastRecipe } from '../../../shared/techniques/fast/schema';
import type { Engine, OwnStyle, Pixels } from '../../engine/api';
import { fitWithin } from '../../page/intake/fit';
import { drawn } from '../../page/run/drive';
import { Pace } from './pace';
import type { Source } from './source';

export interface LiveFacts {
  readonly fps: number | null;
  readonly width: number;
  readonly height: number;
}

export interface LiveOptions {
  readonly engine: Pick<Engine, 'run'>;
  readonly source: Source;
  readonly canvas: HTMLCanvasElement;
  /** Asked before every frame, so that styles change while it runs. */
  readonly recipe: () => FastRecipe;
  /** Of the recipe's styles, those that are somebody's own. */
  readonly ownStyles: (recipe: FastRecipe) => readonly OwnStyle[];
  readonly mirrored: boolean;
  readonly onFrame: (facts: LiveFacts) => void;
}

/** Runs until `signal`; resolves then. @throws whatever a run throws. */
export async function runLive(options: LiveOptions, signal: AbortSignal): Promise<void> {
  const { engine, source, canvas, recipe, ownStyles, mirrored, onFrame } = options;
  const pace = new Pace();
  const grab = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const out = canvas.getContext('2d');
  if (!grab || !out) return;
  let last = performance.now();
  while (!signal.aborted) {
    const { size } = pace;
    const content = frameOf(source.video, grab, size, mirrored);
    const wanted = { ...recipe(), size };
    const { pixels } = await engine.run({ recipe: wanted, inputs: { content, own: ownStyles(wanted) } }).result;
    if (signal.aborted) return;
    const { width, height, data } = pixels;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    out.putImageData(new ImageData(data, width, height), 0, 0);
    const now = performance.now();
    pace.add(now - last);
    last = now;
    onFrame({ fps: pace.fps, width, height });
    // The browser draws, and hidden tabs wait.
    await drawn();
  }
}

function frameOf(video: HTMLVideoElement, context: CanvasRenderingContext2D, size: number, mirrored: boolean): Pixels {
  const { width, height } = fitWithin(video.videoWidth, video.videoHeight, size);
  const { canvas } = context;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  context.setTransform(mirrored ? -1 : 1, 0, 0, 1, mirrored ? width : 0, 0);
  context.drawImage(video, 0, 0, width, height);
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}
