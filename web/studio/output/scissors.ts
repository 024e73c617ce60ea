/** The photo's subject as a mask, by the network's own saliency, and what was drawn by hand as the view reads it. */
import { parseRecipe } from '../../../shared/recipe';
import { recipeVersion } from '../../../shared/recipe/version';
import type { Pixels } from '../../engine/api';
import { copyWithin } from '../../page/intake/scale';
import { getEngine } from '../../page/run/engine';
import { type Brush, clear, type Point, stroke } from './mask';

/** Long side at which it is looked for, pixels; and the layer whose saliency finds it best (see/README.md). */
const size = 256;
const layer = 'relu5_1';

/** Of strokes over what is surely part of it, and over what surely is not. */
const [part, background] = ['0 255 0', '255 0 0'] as const;

/** What the hand has said, whatever the scissors made of it since: it holds however often they cut. */
export class Strokes {
  private readonly context: CanvasRenderingContext2D | null;
  private any = false;

  constructor(private readonly sides: { readonly width: number; readonly height: number }) {
    this.context = Object.assign(document.createElement('canvas'), sides).getContext('2d', {
      willReadFrequently: true,
    });
  }

  /** Only the brush's core is sure. */
  stroke(from: Point, to: Point, { size, softness, erase }: Brush): void {
    const core: Brush = { size: size * (1 - softness / 2), softness: 0, erase: false };
    if (this.context) stroke(this.context, from, to, core, erase ? background : part);
    this.any = true;
  }

  /** What is drawn now is part of it, and nothing else has been said. */
  begin(drawn: HTMLCanvasElement | null): void {
    const { context, sides } = this;
    if (!context) return;
    clear(context);
    this.any = drawn !== null;
    if (!drawn) return;
    context.globalCompositeOperation = 'source-over';
    context.drawImage(drawn, 0, 0);
    context.globalCompositeOperation = 'source-in';
    context.fillStyle = `rgb(${part})`;
    context.fillRect(0, 0, sides.width, sides.height);
  }

  /** Green and red on black; null where nothing was said. */
  read(): Pixels | null {
    if (!this.any || !this.context) return null;
    const { width, height } = this.sides;
    const { data } = this.context.getImageData(0, 0, width, height);
    for (let i = 0; i < data.length; i += 4) {
      for (const c of [0, 1]) data[i + c] = ((data[i + c] ?? 0) * (data[i + 3] ?? 0)) / 255;
      data[i + 3] = 255;
    }
    return { width, height, data };
  }
}

/** @param guide strokes @returns white on black */
export async function cutOut(photo: Pixels, guide: Pixels | null): Promise<Pixels> {
  const engine = await getEngine();
  const recipe = parseRecipe({
    technique: 'see',
    version: recipeVersion,
    view: 'segmentation',
    layer,
    size,
    smooth: { samples: 4 },
    ...(guide && { guide: null }),
  });
  const inputs = { content: copyWithin(photo, 2 * size), ...(guide && { guide }) };
  const { pixels, frames } = await engine.run({ recipe, inputs }).result;
  return frames[0]?.pixels ?? pixels;
}
