/** A run on this device: the share's own, to be compared with the original, or its recipe on the visitor's photo. */
import { computed, signal } from '@preact/signals';
import { startsFromPicture } from '../../../../shared/recipe/about';
import type { SharePicture } from '../../../../shared/share';
import type { Recipe } from '../../../../shared/techniques';
import type { DeviceReport, Engine, Pixels, RunRequest } from '../../../engine/api';
import { busy, drive, type Outcome } from '../../run/drive';
import { isPhone } from '../../run/engine';
import { fetchPicture, readPixels } from '../pictures';
import type { Similarity } from '../similarity';
import { explain } from './explain';
import { inputsOf, recipeForOwn, whatIsPossible } from './possible';
import { share } from './share';
import { complaint, show } from './view';

export interface Mine extends Outcome {
  /** What it is compared with: the shared picture, or the visitor's photo. */
  readonly beside: Pixels;
  readonly kind: 'replay' | 'own';
  /** The photo that the run was given. */
  readonly looked: Pixels | null;
  /** Of a replay that came to its end. */
  readonly similarity: Similarity | null;
  readonly difference: Pixels | null;
  /** All pictures that the share brought are as they were for its own run, to the last bit. */
  readonly exactInputs: boolean;
}

export const possible = whatIsPossible(share);
/** The visitor's photo is being read. */
export const opening = signal(false);
export const mine = signal<Mine | null>(null);
/** Size that a run was reduced to, for memory. */
export const reducedTo = signal<number | null>(null);
export const showDifference = signal(false);

/** Which device did it, for the label. */
export const device = computed<DeviceReport | null>(() => mine.value?.record?.device ?? null);

/** Of the run that is on. */
let exactInputs = true;

async function inputPixels(picture: SharePicture, signal: AbortSignal, size?: Pixels): Promise<Pixels> {
  const blob = await fetchPicture(picture, signal);
  const { isLossless } = await import('../../intake/strip');
  if (!isLossless(new Uint8Array(await blob.arrayBuffer()), picture.type)) exactInputs = false;
  return readPixels(blob, size);
}

/** The share's pictures in the engine's order. A mask is laid over the visitor's own photo, whatever its shape. */
async function inputsFor(recipe: Recipe, own: Pixels | null, signal: AbortSignal): Promise<RunRequest['inputs']> {
  const all = (role: Parameters<typeof inputsOf>[1]) => inputsOf(share, role).map(({ picture }) => picture);
  const [shared] = all('content');
  const content = own ?? (shared ? await inputPixels(shared, signal) : null);
  const masks = await Promise.all(all('mask').map((mask) => inputPixels(mask, signal, own ?? undefined)));
  const styles = await Promise.all(all('style').map((style) => inputPixels(style, signal)));
  const [start] = startsFromPicture(recipe) ? all('start') : [];
  const [guide] = all('guide');
  const [strength] = all('strength');
  return {
    content,
    styles,
    masks,
    ...(start ? { start: await inputPixels(start, signal) } : {}),
    ...(strength ? { strengthMap: await inputPixels(strength, signal, own ?? undefined) } : {}),
    ...(guide ? { guide: await inputPixels(guide, signal) } : {}),
  };
}

const copyOf = (pixels: Pixels): Pixels => ({ ...pixels, data: new Uint8ClampedArray(pixels.data) });

type Wanted = (engine: Engine) => Promise<{ recipe: Recipe; own: Pixels | null }>;

/** Runs what is wanted, and compares what comes of it. */
async function carryOut(kind: Mine['kind'], wanted: Wanted): Promise<void> {
  if (busy.value) return;
  complaint.value = null;
  mine.value = null;
  reducedTo.value = null;
  showDifference.value = false;
  exactInputs = true;
  opening.value = kind === 'own';
  show('mine');
  let beside: Pixels | null = null;
  let looked: Pixels | null = null;
  const error = await drive({
    prepare: async (engine, signal) => {
      const { recipe, own } = await wanted(engine);
      if (own) beside = copyOf(own);
      opening.value = false;
      const inputs = await inputsFor(recipe, own, signal);
      // The engine takes its inputs along.
      looked = inputs.content && copyOf(inputs.content);
      return { recipe: await fitted(engine, recipe, inputs.content), inputs };
    },
    keep: async (outcome) => {
      const { pixels, complete } = outcome;
      beside ??= kind === 'replay' ? await readPixels(await fetchPicture(share.result)) : pixels;
      const comparable = kind === 'replay' && complete && reducedTo.peek() === null;
      const figures = comparable ? await likenessOf(beside, pixels) : { similarity: null, difference: null };
      mine.value = { ...outcome, beside, kind, looked, exactInputs, ...figures };
    },
  });
  opening.value = false;
  if (!mine.value) show('picture');
  if (error) await explain(error);
}

async function likenessOf(shared: Pixels, pixels: Pixels) {
  const { compare, difference } = await import('../similarity');
  if (shared.width !== pixels.width || shared.height !== pixels.height) return { similarity: null, difference: null };
  return { similarity: compare(shared, pixels), difference: difference(shared, pixels) };
}

/** The recipe at a size that this device's memory holds. */
async function fitted(open: Engine, recipe: Recipe, content: Pixels | null): Promise<Recipe> {
  const from = content ?? { width: recipe.size, height: recipe.size };
  const { fittingSize } = await open.estimate(recipe, { width: from.width, height: from.height });
  if (fittingSize === 0 || fittingSize >= recipe.size) return recipe;
  reducedTo.value = fittingSize;
  return { ...recipe, size: fittingSize };
}

/** The very run again: same recipe, same seed, same pictures. */
export const runReplay = (): Promise<void> => carryOut('replay', async () => ({ recipe: share.recipe, own: null }));

/** The share's recipe on another photo, at a size whose result comes soon. */
export const runOnPhoto = (file: Blob): Promise<void> =>
  carryOut('own', async (engine) => {
    const [{ decodePhoto }, { copyWithin }, { startingSize }] = await Promise.all([
      import('../../intake/decode'),
      import('../../intake/scale'),
      import('../../run/sizes'),
    ]);
    const { pixels } = await decodePhoto(file);
    const { backend } = await engine.device();
    const recipe = recipeForOwn(share.recipe, startingSize(backend, isPhone()));
    return { recipe, own: copyWithin(pixels, recipe.size * 2) };
  });

/** Back to the shared picture; what this device painted is forgotten. */
export function putAway(): void {
  if (busy.value) return;
  mine.value = null;
  show('picture');
}
