/**
 * The honest check of a map (Adebayo et al. 2018): the same view of the same photo through the same network with its weights
 * shuffled. A map that stays as it was shows edges of the photo, and nothing that the network has learned.
 */
import { ReverieError } from '../../../../shared/errors';
import { randomGenerator } from '../../images/random';
import type { Pixels, TechniqueResult } from '../../types';
import type { SeeContext } from './context';

/** Adds the shuffled network's map to the frames; its label says how alike the two are. */
export async function checked(
  run: (context: SeeContext) => Promise<TechniqueResult>,
  context: SeeContext,
): Promise<TechniqueResult> {
  const result = await run(context);
  const [map] = result.frames ?? [];
  if (!context.recipe.shuffled || !result.complete || !map) return result;
  const network = await context.network.shuffled(randomGenerator(context.recipe.seed));
  // What it reports would begin anew, and its states are another run's.
  const control = {
    proceed: () => context.control.proceed(),
    report: () => undefined,
    wantsPreview: () => false,
    preview: () => undefined,
  };
  try {
    const other = await run({ ...context, network, control, resume: undefined }).catch(silence);
    const pixels = other?.frames?.[0]?.pixels ?? even(map.pixels);
    const alike = rankCorrelation(lightness(map.pixels), lightness(pixels));
    const frame = { label: `shuffled · ρ ${alike.toFixed(2)}`, pixels };
    const frames = [...(result.frames ?? []), frame];
    return { ...result, complete: other?.complete ?? true, frames, measured: { correlation: alike } };
  } finally {
    network.dispose();
  }
}

/** A network that has learned nothing may well not answer: its map is even. */
function silence(error: unknown): null {
  if (error instanceof ReverieError && error.code === 'channel-silent') return null;
  throw error;
}

const even = ({ width, height, data }: Pixels): Pixels => ({
  width,
  height,
  data: new Uint8ClampedArray(data.length).map((_, i) => (i % 4 === 3 ? 255 : 0)),
});

/** The colours of a map grow lighter all the way. */
const lightness = ({ data }: Pixels): Float32Array =>
  Float32Array.from(
    { length: data.length / 4 },
    (_, i) => 0.2126 * (data[4 * i] ?? 0) + 0.7152 * (data[4 * i + 1] ?? 0) + 0.0722 * (data[4 * i + 2] ?? 0),
  );

/** Spearman's ρ, ties at their mean rank; 0 where one of the two is even. */
export function rankCorrelation(a: Float32Array, b: Float32Array): number {
  const [x, y] = [ranks(a), ranks(b)];
  const mean = (a.length - 1) / 2;
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [dx, dy] = [(x[i] ?? 0) - mean, (y[i] ?? 0) - mean];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
}

function ranks(values: Float32Array): Float64Array {
  const order = Array.from(values.keys()).sort((i, j) => (values[i] ?? 0) - (values[j] ?? 0));
  const result = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1] ?? 0] === values[order[from] ?? 0]) to++;
    for (let k = from; k <= to; k++) result[order[k] ?? 0] = (from + to) / 2;
    from = to + 1;
  }
  return result;
}
