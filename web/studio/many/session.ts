/** Many files in one style: what is waiting, what is painted and what failed. Outlives its dialog. */
import { computed, signal } from '@preact/signals';
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { contentSizeOf } from '../../../shared/recipe/about';
import type { Recipe } from '../../../shared/techniques';
import type { Job, Pixels, RunResult } from '../../engine/api';
import { copyWithin } from '../../page/intake/scale';
import { isVideo, paintMany } from '../../page/many/paint';
import { filesOf, saveZip } from '../../page/many/zip';
import { fileName, keep, shareFiles } from '../../page/output/save';
import { getEngine } from '../../page/run/engine';
import type { Painted } from '../../page/video/paint';
import { keepsWork } from '../state/history';
import { dictionary } from '../state/language';
import { masks } from '../state/masks';
import { recipe } from '../state/recipe';
import { resultLabel } from '../state/resultLabel';
import { named, requestFor } from '../state/run';
import { sketchOf } from '../state/sketch';

export interface Item {
  readonly file: File;
  readonly state: 'waiting' | 'painting' | 'done' | 'failed';
  /** 0 to 1. */
  readonly share: number;
  readonly painted?: Painted;
  readonly error?: ReverieError;
}

export const items = signal<readonly Item[]>([]);
export const running = signal(false);
/** Of what waits something has begun: a video goes on where it was stopped. */
export const goesOn = computed(() => items.value.some(({ state, share }) => state === 'waiting' && share > 0));
/** What was painted last: a photo, or a video's frame. */
export const shown = signal<Pixels | null>(null);
export const hasVideo = computed(() => items.value.some(({ file }) => isVideo(file)));
export const videoSizes = [480, 640, 1280, 1920] as const;
export const videoSize = signal<number>(640);
export const done = computed(() => items.value.filter(({ state }) => state === 'done').length);
/** Not of a file: the engine did not come, or the ZIP could not be written. */
export const trouble = signal<ReverieError | null>(null);

let abort = new AbortController();

export function add(files: readonly File[]): void {
  items.value = [...items.value, ...files.map((file): Item => ({ file, state: 'waiting', share: 0 }))];
}

/** Folders hold other files too. */
export const addFolder = (files: readonly File[]) =>
  add(files.filter((file) => isVideo(file) || /^image\//.test(file.type) || /\.(heic|heif|tiff?)$/i.test(file.name)));

const change = (item: Item | undefined, to: Partial<Item>) => {
  items.value = items.peek().map((each) => (each.file === item?.file ? { ...each, ...to } : each));
};

const stay = (event: BeforeUnloadEvent) => event.preventDefault();

/** Paints what waits, and what failed once more, in the style on the easel; does nothing while it does so already. */
export async function start(): Promise<void> {
  if (running.peek()) return;
  const waiting = items.peek().filter(({ state }) => state === 'waiting' || state === 'failed');
  const wanted = sketchOf(recipe.peek()) ?? recipe.peek();
  abort = new AbortController();
  const { signal: stopped } = abort;
  running.value = true;
  trouble.value = null;
  addEventListener('beforeunload', stay);
  try {
    const engine = await getEngine();
    const { recipe: given, inputs } = await requestFor(engine, wanted, null);
    let latest: Latest | null = null;
    await paintMany({
      files: waiting.map(({ file }) => file),
      videoSize: videoSize.peek(),
      look: [JSON.stringify(given), masks.peek()],
      signal: stopped,
      async paint(content, film) {
        const size = Math.max(limits.run.minSize, Math.max(content.width, content.height));
        const here = film ? { ...given, size } : given;
        const sent = copyWithin(content, 2 * contentSizeOf(here));
        const kept = latest?.content ?? copyWithin(sent, sent.width + sent.height);
        const job: Job<RunResult> = engine.run({ recipe: here, inputs: { ...copied(inputs), content: sent, film } });
        const cancel = () => job.cancel();
        if (!film) stopped.addEventListener('abort', cancel, { once: true });
        const { pixels, record } = await job.result.finally(() => stopped.removeEventListener('abort', cancel));
        // A film is remembered by the first frame since it was begun, or went on.
        latest ??= { film, wanted: { ...wanted, size: here.size }, content: kept, pixels, record };
        return pixels;
      },
      onProgress(i, share, pixels) {
        change(waiting[i], { state: 'painting', share });
        if (pixels) shown.value = pixels;
      },
      onPainted(i, painted) {
        change(waiting[i], { state: 'done', share: 1, painted });
        const item = waiting[i];
        if (latest && item && keepsWork.peek()) void remember(latest, item.file, painted);
        latest = null;
      },
      onFailed(i, error) {
        change(waiting[i], { state: 'failed', share: 0, error });
        latest = null;
      },
    });
  } catch (cause) {
    trouble.value = ReverieError.from(cause);
  } finally {
    for (const item of items.peek()) if (item.state === 'painting') change(item, { state: 'waiting' });
    running.value = false;
    if (!goesOn.peek()) removeEventListener('beforeunload', stay);
  }
}

/** What the history is told of a file: a photo at the size that it was painted from, or a video's frame. */
interface Latest {
  readonly film: string | undefined;
  readonly wanted: Recipe;
  readonly content: Pixels;
  readonly pixels: Pixels;
  readonly record: RunResult['record'];
}

async function remember(
  { film, wanted, content, pixels, record }: Latest,
  file: File,
  { blob }: Painted,
): Promise<void> {
  const { width, height } = content;
  const photo = { pixels: content, original: { width, height }, notes: [], name: () => file.name };
  const result = { pixels, frames: [], reel: [], inputs: null, record, complete: true, ...(film && { video: blob }) };
  const { keepMade } = await import('../history/keeper');
  await keepMade({ ...named(wanted, photo), ...result });
}

/** Their buffers go to the worker with every run. */
const copied = <T>(value: T): T => structuredClone(value);

/** A photo at once, a video after the frame that is under way: `start` goes on there. */
export const stop = () => abort.abort(new ReverieError('aborted', 'Stopped.'));

/** For other photos, or the same in another style. */
export function clear(): void {
  items.value = [];
  removeEventListener('beforeunload', stay);
}

const nameOf = ({ file, painted }: Item) => {
  const made = fileName(file.name, resultLabel(recipe.peek())(dictionary.peek()), 'png');
  return made.replace(/\.png$/, `.${painted?.extension ?? 'png'}`);
};

export const save = (item: Item) => item.painted && void keep(item.painted.blob, nameOf(item));

/** So many files a phone's sheet takes. */
const mostShared = 10;

/** Into the phone's own sheet where it takes them, else as a ZIP. */
export async function saveAll(): Promise<void> {
  const files = filesOf(
    items.peek().flatMap((item) => (item.painted ? [{ name: nameOf(item), blob: item.painted.blob }] : [])),
  );
  try {
    const shared = files.length <= mostShared && (await shareFiles(files));
    if (!shared) await saveZip(files, 'reverie.zip');
  } catch (cause) {
    // Who closed the file chooser knows it.
    if ((cause as Error).name !== 'AbortError') trouble.value = ReverieError.from(cause);
  }
}
