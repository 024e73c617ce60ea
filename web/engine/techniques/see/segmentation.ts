/**
 * What the photo is of, cut out: GrabCut that begins with a saliency map (Simonyan, Vedaldi & Zisserman 2013) and is mended by strokes.
 * The mask serves as one wherever masks are taken.
 */
import { fitLongSide, fitted, pixelsOf, rasterOf } from '../../images/pictures';
import { bicubic, bilinear, type Raster, resample } from '../../images/resample';
import type { Made, Pixels, TechniqueResult } from '../../types';
import { coloured } from './activations';
import type { SeeContext } from './context';
import { type Guess, grabCut } from './grabCut';
import { runSaliency } from './saliency';

/** Long side at which the cut is made, pixels: more makes its border finer, and the time grows faster. */
const cutSide = 160;
/** Cells along the long side over which saliency is spread: it sits on edges, and a thing is what lies between them. */
const cells = 12;
/** As the paper has it: foreground from the top twentieth, background from the lowest three tenths. */
const [surelyBack, surelyFront] = [0.3, 0.95];
/** Of the long side: GrabCut's frame. */
const border = 0.025;
/** Of the background that is left to be seen. */
const dim = 0.25;
/** A stroke is green (foreground) or red (background) by so much. */
const stroke = 0.3;

export const runSegmentation = (context: SeeContext): Promise<TechniqueResult> =>
  runSaliency(context, (map, photo) => cutOut(map, photo, context.guide));

function cutOut(map: Raster, photo: Raster, strokes: Pixels | undefined): Made {
  const size = fitLongSide(photo.width, photo.height, Math.min(cutSide, Math.max(photo.width, photo.height)));
  const drawn = strokes && strokesOf(fitted(rasterOf(strokes), size));
  const sure = borderOf(size).map((edge, i) => drawn?.[i] || edge);
  const front = grabCut(fitted(photo, size), { prior: likely(map, size), sure });
  const rough: Raster = { ...size, channels: 1, values: Float32Array.from(front) };
  const { values } = resample(rough, photo.width, photo.height, bicubic);
  const mask = Float32Array.from(photo.values, (_, i) =>
    Math.min(1, Math.max(0, 2 * (values[Math.floor(i / 3)] ?? 0) - 0.5)),
  );
  const cut = photo.values.map((value, i) => value * (dim + (1 - dim) * (mask[i] ?? 0)));
  const shown = pixelsOf({ ...photo, values: cut });
  const frames = [
    { label: 'mask', pixels: pixelsOf({ ...photo, values: mask }) },
    { label: 'cut', pixels: { ...shown, data: shown.data.slice() } },
    { label: 'saliency', pixels: pixelsOf(coloured(map)) },
    { label: 'photo', pixels: pixelsOf(photo) },
  ];
  const part = mask.reduce((sum, share) => sum + share, 0) / mask.length;
  return { pixels: shown, frames, measured: { part } };
}

/** Spread, and by rank: how strong the strongest pixel is does not matter. */
function likely(map: Raster, { width, height }: Pick<Raster, 'width' | 'height'>): Guess['prior'] {
  const coarse = fitLongSide(map.width, map.height, cells);
  const spread = resample(resample(map, coarse.width, coarse.height, bilinear), width, height, bilinear).values;
  const order = Array.from(spread.keys()).sort((a, b) => (spread[a] ?? 0) - (spread[b] ?? 0));
  const prior = new Float32Array(spread.length);
  order.forEach((i, rank) => {
    prior[i] = Math.min(1, Math.max(0, (rank / spread.length - surelyBack) / (surelyFront - surelyBack)));
  });
  return prior;
}

/** What is along the border is background, unless a stroke says otherwise: what a photo is of seldom lies there. */
function borderOf({ width, height }: Pick<Raster, 'width' | 'height'>): Guess['sure'] {
  const edge = Math.ceil(border * Math.max(width, height));
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return Math.min(x, width - 1 - x, y, height - 1 - y) < edge ? 2 : 0;
  });
}

function strokesOf({ width, height, values }: Raster): Guess['sure'] {
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const [red, green, blue] = [values[3 * i] ?? 0, values[3 * i + 1] ?? 0, values[3 * i + 2] ?? 0];
    if (green - Math.max(red, blue) > stroke) return 1;
    return red - Math.max(green, blue) > stroke ? 2 : 0;
  });
}
