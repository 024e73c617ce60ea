/** A run on this device: the share's own, to be compared with the original, or its recipe on the visitor's photo. */
import { computed, signal } from '@preact/signals';
import { ReverieError } from '../../../../shared/errors';
import type { Recipe } from '../../../../shared/recipe';
import { startsFromPicture } from '../../../../shared/recipe/about';
import type { SharePicture } from '../../../../shared/share';
import {
  backendNames,
  type DeviceReport,
  type Engine,
  type Job,
  type Pixels,
  type Progress,
  type RunRecord,
  type RunRequest,
  type RunResult,
} from '../../../engine/api';
import { fetchPicture, readPixels } from '../pictures';
import type { Similarity } from '../similarity';
import { explain } from './explain';
import { inputsOf, recipeForOwn, whatIsPossible } from './possible';
import { share } from './share';
import { complaint, show } from './view';

export type LiveStatus = 'idle' | 'opening' | 'loading' | 'running' | 'stopping' | 'done';

export interface Mine {
  readonly pixels: Pixels;
  readonly record: RunRecord | null;
  readonly complete: boolean;
  /** What it is compared with: the shared picture, or the visitor's photo. */
  readonly beside: Pixels;
  readonly kind: 'replay' | 'own';
  /** Of a replay that came to its end. */
  readonly similarity: Similarity | null;
  readonly difference: Pixels | null;
  /** All pictures that the share brought are as they were for its own run, to the last bit. */
  readonly exactInputs: boolean;
}

export const possible = whatIsPossible(share);
export const status = signal<LiveStatus>('idle');
export const progress = signal<Progress | null>(null);
export const preview = signal<Pixels | null>(null);
export const mine = signal<Mine | null>(null);
/** Size that a run was reduced to, for memory. */
export const reducedTo = signal<number | null>(null);
export const showDifference = signal(false);
export const busy = computed(() => status.value !== 'idle' && status.value !== 'done');

/** Which device did it, for the label. */
export const device = computed<DeviceReport | null>(() => mine.value?.record?.device ?? null);

let engine: Engine | undefined;
let run: Job<RunResult> | undefined;
let abort = new AbortController();

/** `?backend=wasm` forces one: for tests, and for people whose GPU misbehaves. */
async function openEngine(): Promise<Engine> {
  if (engine) return engine;
  const asked = new URLSearchParams(location.search).get('backend');
  const backend = backendNames.find((name) => name === asked);
  const { createEngine } = await import('../../../engine/client').catch((cause: unknown) => {
    throw ReverieError.from(cause, 'weights-network');
  });
  engine = createEngine({ baseUrl: location.origin, ...(backend ? { backend } : {}) });
  return engine;
}

const pixelsOf = async ({ url }: SharePicture, size?: { width: number; height: number }): Promise<Pixels> =>
  readPixels(await fetchPicture({ url }, abort.signal), size);

/** Of the run that is on. */
let exactInputs = true;

async function inputPixels(picture: SharePicture, size?: { width: number; height: number }): Promise<Pixels> {
  const blob = await fetchPicture(picture, abort.signal);
  const { isLossless } = await import('../../intake/strip');
  if (!isLossless(new Uint8Array(await blob.arrayBuffer()), picture.type)) exactInputs = false;
  return readPixels(blob, size);
}

/** The share's pictures in the engine's order. A mask is laid over the visitor's own photo, whatever its shape. */
async function inputsFor(recipe: Recipe, own: Pixels | null): Promise<RunRequest['inputs']> {
  const all = (role: Parameters<typeof inputsOf>[1]) => inputsOf(share, role).map(({ picture }) => picture);
  const [shared] = all('content');
  const content = own ?? (shared ? await inputPixels(shared) : null);
  const masks = await Promise.all(all('mask').map((mask) => inputPixels(mask, own ?? undefined)));
  const styles = await Promise.all(all('style').map((style) => inputPixels(style)));
  const [start] = startsFromPicture(recipe) ? all('start') : [];
  const [guide] = all('guide');
  return {
    content,
    styles,
    masks,
    ...(start ? { start: await inputPixels(start) } : {}),
    ...(guide ? { guide: await inputPixels(guide) } : {}),
  };
}

const isPhone = () => matchMedia('(pointer: coarse)').matches && Math.min(screen.width, screen.height) < 600;

const copyOf = (pixels: Pixels): Pixels => ({ ...pixels, data: new Uint8ClampedArray(pixels.data) });

/** Runs what `prepare` gives, and keeps what comes of it. */
async function carryOut(kind: Mine['kind'], prepare: () => Promise<{ recipe: Recipe; own: Pixels | null }>) {
  if (busy.value) return;
  abort = new AbortController();
  complaint.value = null;
  mine.value = null;
  reducedTo.value = null;
  showDifference.value = false;
  exactInputs = true;
  status.value = kind === 'own' ? 'opening' : 'loading';
  show('mine');
  let beside: Pixels | null = null;
  const keep = async (pixels: Pixels, record: RunRecord | null, complete: boolean) => {
    beside ??= kind === 'replay' ? await pixelsOf(share.result) : pixels;
    const comparable = kind === 'replay' && complete && reducedTo.peek() === null;
    const figures = comparable ? await likenessOf(beside, pixels) : { similarity: null, difference: null };
    mine.value = { pixels, record, complete, beside, kind, exactInputs, ...figures };
  };
  try {
    const { recipe: wanted, own } = await prepare();
    if (own) beside = copyOf(own);
    status.value = 'loading';
    const [open, inputs] = await Promise.all([openEngine(), inputsFor(wanted, own)]);
    const recipe = await fitted(open, wanted, inputs.content);
    abort.signal.throwIfAborted();
    status.value = 'running';
    run = open.run({ recipe, inputs }, { onProgress, onPreview: drawn });
    const result = await run.result;
    await keep(result.pixels, result.record, result.complete);
    const { failure } = result.record;
    if (failure) throw ReverieError.fromRecord(failure);
  } catch (cause) {
    const { code } = ReverieError.from(cause);
    // What a run came to that gave up is kept already.
    const last = mine.peek() ? null : preview.peek();
    if (last) await keep(last, null, false).catch(() => undefined);
    if (code !== 'aborted' && !abort.signal.aborted) await explain(cause);
  } finally {
    run = undefined;
    preview.value = null;
    progress.value = null;
    status.value = mine.value ? 'done' : 'idle';
    if (!mine.value) show('picture');
  }
}

async function likenessOf(shared: Pixels, pixels: Pixels) {
  const { compare, difference } = await import('../similarity');
  if (shared.width !== pixels.width || shared.height !== pixels.height) return { similarity: null, difference: null };
  return { similarity: compare(shared, pixels), difference: difference(shared, pixels) };
}

function onProgress(next: Progress): void {
  progress.value = next;
}

/** The engine's next preview waits until the browser has drawn this one. */
async function drawn(pixels: Pixels): Promise<void> {
  preview.value = pixels;
  await new Promise((next) => requestAnimationFrame(next));
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
  carryOut('own', async () => {
    const [{ decodePhoto }, { copyWithin }, { startingSize }, open] = await Promise.all([
      import('../../intake/decode'),
      import('../../intake/scale'),
      import('../../run/sizes'),
      openEngine(),
    ]);
    const { pixels } = await decodePhoto(file);
    const { backend } = await open.device();
    const recipe = recipeForOwn(share.recipe, startingSize(backend, isPhone()));
    return { recipe, own: copyWithin(pixels, recipe.size * 2) };
  });

/** Stops within a step and keeps the last image. */
export function cancel(): void {
  if (!busy.value || status.value === 'stopping') return;
  status.value = 'stopping';
  abort.abort(new ReverieError('aborted', 'Stopped.'));
  run?.cancel();
}

/** Back to the shared picture; what this device painted is forgotten. */
export function putAway(): void {
  if (busy.value) return;
  mine.value = null;
  status.value = 'idle';
  show('picture');
}
